/** Decides which due messages wait: for a silence, for planned maintenance, or for the incident behind theirs. */
import type { MaintenanceWindow } from "../../../contract/alerting/maintenance-window.ts";
import { activeWindow } from "../../maintenance-windows/active-window.ts";
import type { DueDelivery } from "../ports.ts";
import type { Silence } from "./silences.ts";

/** Recheck interval of a silence that lasts until recovery: other incidents than this one may end it. */
const LOOK_AGAIN_MS = 60_000;
/** How often a message held for its parent is reviewed: people hear of it if the site stays down after that one is up. */
const PARENT_LOOK_AGAIN_MS = 60_000;

const UNSURE_LOOK_AGAIN_MS = 2000;

export interface Muted {
  readonly untilMs: number;
  readonly reason: string;
}

interface Muting {
  readonly silences: readonly Silence[];
  readonly windows: readonly MaintenanceWindow[];
  readonly nowMs: number;
}

/**
 * Returns until when a delivery waits, and why; null when it is sent now. A recovery is never muted, and an
 * acknowledgement neither: everyone who was notified of the incident must learn of them.
 */
export function mutedUntil(
  { kind, incident, parent, unsureDependency }: DueDelivery,
  { silences, windows, nowMs }: Muting,
): Muted | null {
  if (kind === "resolved" || kind === "acknowledged") return null;
  if (parent !== null) {
    return { untilMs: nowMs + PARENT_LOOK_AGAIN_MS, reason: `belongs to the incident of ${parent.siteName}` };
  }
  if (unsureDependency !== null) {
    return {
      untilMs: nowMs + UNSURE_LOOK_AGAIN_MS,
      reason: `waits for the next check of ${unsureDependency}`,
    };
  }
  const { siteId, siteName, url, tags } = incident;
  const window = activeWindow(windows, { siteId, siteName, url, tags }, nowMs);
  if (window !== null) return { untilMs: window.untilMs, reason: `maintenance "${window.name}"` };
  const silence = silences.find(
    ({ incidentId, site, tag }) =>
      (incidentId === null || incidentId === incident.id) &&
      (site === null || [siteId, siteName, url].includes(site)) &&
      (tag === null || tags.includes(tag)),
  );
  if (silence === undefined) return null;
  const reason = `silenced by ${silence.createdBy}: ${silence.reason}`;
  return { untilMs: silence.untilMs ?? nowMs + LOOK_AGAIN_MS, reason };
}

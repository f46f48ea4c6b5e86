/** Describes changes for the audit log: in the same words, whether they are made by the API or on the command line. */
import type { Site } from "../../../contract/checks/site.ts";
import type { Silence } from "../../../core/alerting/routing/silences.ts";
import type { Incident } from "../../../core/incidents/ports.ts";
import type { PostMortem } from "../../../core/incidents/post-mortems.ts";
import type { Settlement } from "../../../core/recording/dead-letter.ts";
import { siteLabel } from "../../../core/sites/named-sites.ts";
import type { Notice } from "../../../core/status-pages/ports.ts";
import type { PersonalAction } from "../alerting/incidents.ts";
import type { ListedWindow } from "../alerting/maintenance.ts";
import type { RecordedChange } from "./audit.ts";

const PAST_STEPS = { acknowledge: "acknowledged", note: "noted", resolve: "resolved" } as const;
const PAST_SETTLEMENTS = { replay: "replayed", discard: "discarded" } as const;

/** Of one thing before and after; null for none. */
interface Change<T> {
  readonly before: T | null;
  readonly after: T | null;
}

function incidentTarget({ id, siteName, url }: Incident): RecordedChange["target"] {
  return { kind: "incident", id, name: siteName ?? url };
}

export function incidentStepped(
  action: PersonalAction,
  {
    before,
    after,
    note,
  }: { readonly before: Incident; readonly after: Incident; readonly note: string | null },
): RecordedChange {
  return {
    action: `incident.${PAST_STEPS[action]}`,
    target: incidentTarget(after),
    before: { state: before.state },
    after: { state: after.state, note },
  };
}

export function postMortemWritten(incident: Incident, { before, after }: Change<PostMortem>): RecordedChange {
  const shown = (written: PostMortem | null) =>
    written === null ? null : { revision: written.revision, text: written.text };
  return {
    action: "post-mortem.written",
    target: incidentTarget(incident),
    before: shown(before),
    after: shown(after),
  };
}

export function silenceChanged(action: "silence.added" | "silence.ended", silence: Silence): RecordedChange {
  const { id, reason, untilMs, ...rest } = silence;
  const shown = { id, reason, ...rest, untilAt: untilMs === null ? null : new Date(untilMs).toISOString() };
  const isAdded = action === "silence.added";
  return {
    action,
    target: { kind: "silence", id, name: reason },
    before: isAdded ? null : shown,
    after: isAdded ? shown : null,
  };
}

export function maintenanceChanged(
  action: "maintenance.added" | "maintenance.changed" | "maintenance.removed",
  id: string,
  { before, after }: Change<ListedWindow>,
): RecordedChange {
  const name = (after ?? before)?.window.name ?? null;
  return {
    action,
    target: { kind: "maintenance", id, name },
    before: before?.window ?? null,
    after: after?.window ?? null,
  };
}

interface Settled {
  readonly ids: readonly string[] | "all";
  readonly count: number;
}

export function deadLettersSettled(by: Settlement, { ids, count }: Settled): RecordedChange {
  return {
    action: `dead-letters.${PAST_SETTLEMENTS[by]}`,
    target: { kind: "dead-letters", id: "open", name: null },
    before: null,
    after: { ids, count },
  };
}

/** @param table of another outbox than Sitewire's own. */
export function parkedRowsSettled(
  how: "retried" | "discarded",
  { ids, count }: Settled,
  table?: string,
): RecordedChange {
  return {
    action: `outbox.${how}`,
    target: { kind: "outbox", id: "parked", name: table ?? null },
    before: null,
    after: { ids, count },
  };
}

export function siteChanged(
  action: "site.added" | "site.changed" | "site.deleted" | "site.restored",
  site: Site,
  { before, after }: Change<unknown>,
): RecordedChange {
  return { action, target: { kind: "site", id: site.id, name: siteLabel(site) }, before, after };
}

export function noticeWritten(action: "notice.added" | "notice.updated", notice: Notice): RecordedChange {
  const { id, title, impact, siteIds, incidentId, updates } = notice;
  const [last, previous] = [updates.at(-1), updates.at(-2)];
  return {
    action,
    target: { kind: "notice", id, name: title },
    before: action === "notice.added" ? null : { state: previous?.state ?? null },
    after: { title, impact, siteIds, incidentId, state: last?.state ?? null, text: last?.text ?? null },
  };
}

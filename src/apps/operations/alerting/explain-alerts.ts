/** Explains which channels an incident of a site would notify, and why. */
import type { RouteSettings } from "../../../contract/alerting/alert-settings.ts";
import type { IncidentKind, Severity } from "../../../contract/alerting/incident-event.ts";
import type { MaintenanceWindow } from "../../../contract/alerting/maintenance-window.ts";
import { FailureError } from "../../../contract/errors.ts";
import { type OnCall, onCallAt, type Rotations } from "../../../core/alerting/routing/on-call.ts";
import { explainRoutes, type RouteVerdict } from "../../../core/alerting/routing/routes.ts";
import { type ActiveWindow, activeWindow } from "../../../core/maintenance-windows/active-window.ts";

export interface ExplainedSite {
  readonly id: string;
  readonly name: string | null;
  readonly url: string;
  readonly tags: readonly string[];
}

interface ExplainResources {
  readonly routes: readonly RouteSettings[];
  readonly onCall: Rotations;
  readonly windows: readonly MaintenanceWindow[];
  readonly sites: readonly ExplainedSite[];
}

/** Who is on call in a rotation when a message to it is due. */
export interface ExplainedOnCall {
  readonly rotation: string;
  /** Milliseconds since the epoch. */
  readonly atMs: number;
  /** Null when nobody is. */
  readonly onCall: OnCall | null;
}

interface ExplainedRoute extends RouteVerdict {
  /** Of the route and its escalation steps, in the order in which they are due; empty when it is not taken. */
  readonly onCall: readonly ExplainedOnCall[];
}

export interface Explanation {
  readonly site: ExplainedSite;
  readonly routes: readonly ExplainedRoute[];
  /** The maintenance window that holds back the messages; null when there is none. */
  readonly maintenance: ActiveWindow | null;
}

interface Question {
  /** Id, name or URL. */
  readonly site: string;
  readonly severity: Severity;
  readonly kind: IncidentKind;
  /** When the incident opens, milliseconds since the epoch. */
  readonly atMs: number;
}

/** Throws `FailureError` for an unknown site. */
export function explainAlerts(
  { routes, onCall, windows, sites }: ExplainResources,
  { site: named, severity, kind, atMs }: Question,
): Explanation {
  const site = sites.find(({ id, name, url }) => [id, name, url].includes(named));
  if (site === undefined) {
    throw new FailureError(`no site has the id, name or URL ${named}; see: sitewire sites list`);
  }
  const { id: siteId, name: siteName, url, tags } = site;
  const verdicts = explainRoutes(routes, { siteId, siteName, url, tags, severity, kind }, atMs);
  return {
    site,
    routes: verdicts.map((verdict) => ({ ...verdict, onCall: explainOnCall(verdict, onCall, atMs) })),
    maintenance: activeWindow(windows, { siteId, siteName, url, tags }, atMs),
  };
}

function explainOnCall(
  { route, taken }: RouteVerdict,
  rotations: Rotations,
  openedAtMs: number,
): readonly ExplainedOnCall[] {
  if (!taken) return [];
  const steps = [{ afterMs: route.waitMs, onCall: route.onCall }, ...route.escalate];
  return steps.flatMap(({ afterMs, onCall }) =>
    onCall.map((name) => {
      const atMs = openedAtMs + afterMs;
      const rotation = rotations[name];
      return { rotation: name, atMs, onCall: rotation === undefined ? null : onCallAt(rotation, atMs) };
    }),
  );
}

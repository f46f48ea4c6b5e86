/** Explains which channels an incident of a site would notify, and why. */
import type { Route } from "../../contract/alert-settings.ts";
import { FailureError } from "../../contract/errors.ts";
import type { Severity } from "../../contract/incident-event.ts";
import type { MaintenanceWindow } from "../../contract/maintenance-window.ts";
import { explainRoutes, type RouteVerdict } from "../../core/alerting/routes.ts";
import { type ActiveWindow, activeWindow } from "../../core/maintenance-windows/active-window.ts";

export interface ExplainedSite {
  readonly id: string;
  readonly name: string | null;
  readonly url: string;
  readonly tags: readonly string[];
}

interface ExplainResources {
  readonly routes: readonly Route[];
  readonly windows: readonly MaintenanceWindow[];
  readonly sites: readonly ExplainedSite[];
}

export interface Explanation {
  readonly site: ExplainedSite;
  readonly routes: readonly RouteVerdict[];
  /** The maintenance window that holds back the messages; null when there is none. */
  readonly maintenance: ActiveWindow | null;
}

/** `site` is an id, a name or a URL; `atMs` is milliseconds since the epoch. Throws `FailureError` for an unknown site. */
export function explainAlerts(
  { routes, windows, sites }: ExplainResources,
  {
    site: named,
    severity,
    atMs,
  }: { readonly site: string; readonly severity: Severity; readonly atMs: number },
): Explanation {
  const site = sites.find(({ id, name, url }) => [id, name, url].includes(named));
  if (site === undefined) {
    throw new FailureError(`no site has the id, name or URL ${named}; see: sitewire sites list`);
  }
  const { id: siteId, name: siteName, url, tags } = site;
  return {
    site,
    routes: explainRoutes(routes, { siteId, siteName, url, tags, severity }, atMs),
    maintenance: activeWindow(windows, { siteId, siteName, url, tags }, atMs),
  };
}

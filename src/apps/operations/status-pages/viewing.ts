/** What status pages show now. */

import { shownUrl } from "../../../contract/checks/shown-url.ts";
import { DAY_MS } from "../../../contract/duration.ts";
import { FailureError } from "../../../contract/errors.ts";
import type { Configuration } from "../../../contract/settings/configuration.ts";
import type { StatusPage } from "../../../contract/settings/status-page.ts";
import type { Clock } from "../../../core/clock.ts";
import type { Database } from "../../../core/database.ts";
import { readDailyMaintenance } from "../../../core/reporting/daily-maintenance.ts";
import { composeView, isNamed } from "../../../core/status-pages/compose-view.ts";
import type { StatusPageView } from "../../../core/status-pages/page-view.ts";
import { pageStartMs, withDueSlots } from "../../../core/status-pages/site-knowledge.ts";
import { recordedWindows } from "../alerting/maintenance.ts";

export interface ViewingResources {
  readonly database: Pick<
    Database,
    "statusPages" | "statusPageRecords" | "maintenanceWindows" | "rangeCounts"
  >;
  readonly configuration: Pick<Configuration, "maintenance">;
  readonly clock: Clock;
}

/** A slot counts as due once its result had the time to arrive: what is under way is no gap. */
const RESULT_DELAY_MS = 60_000;

/** Returns what a page shows now. Throws `UnavailableError`. */
export async function viewStatusPage(
  { database, configuration, clock }: ViewingResources,
  page: StatusPage,
): Promise<StatusPageView> {
  const nowMs = clock.now();
  const sinceMs = pageStartMs(page, nowMs);
  const { maintenanceWindows } = database;
  const [{ sites, incidents }, notices, windows] = await Promise.all([
    database.statusPageRecords.read(page, sinceMs),
    database.statusPages.notices(page.slug, sinceMs),
    recordedWindows({ maintenanceWindows, fileWindows: configuration.maintenance }),
  ]);
  const days = Array.from({ length: page.days }, (_, index) => sinceMs + index * DAY_MS);
  const inMaintenance = await readDailyMaintenance(
    database.rangeCounts,
    sites.map(({ site }) => site),
    { windows, daysMs: days, untilMs: nowMs },
  );
  return composeView({
    page,
    nowMs,
    sites: sites.map((recorded) =>
      withDueSlots(recorded, page, {
        firstMs: sinceMs,
        untilMs: nowMs - RESULT_DELAY_MS,
        inMaintenance: inMaintenance.get(recorded.site.id) ?? new Map(),
      }),
    ),
    incidents,
    notices,
    windows: windows.filter(({ toMs }) => toMs === null).map(({ window }) => window),
  });
}

/** A view is of the future where only the page's sites are wanted: it reads no history. */
const NO_HISTORY_MS = Date.UTC(2100, 0);

/** A site that the page does not show. */
export class SiteNotShownError extends FailureError {}

/** Returns the ids of sites that a page shows. Throws `SiteNotShownError` for a site that it does not show. */
export async function siteIdsOnPage(
  { statusPageRecords }: Pick<Database, "statusPageRecords">,
  page: StatusPage,
  named: readonly string[],
): Promise<readonly string[]> {
  if (named.length === 0) return [];
  const { sites } = await statusPageRecords.read(page, NO_HISTORY_MS);
  return named.map((name) => {
    const found = sites.find(({ site }) => isNamed(site, name));
    if (found === undefined)
      throw new SiteNotShownError(`the status page "${page.slug}" shows no site "${shownUrl(name)}"`);
    return found.site.id;
  });
}

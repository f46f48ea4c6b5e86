/** Reports uptime against objectives: by site, by tag, or by group of a status page. */
import type { ReportRow, UptimeReport } from "../../../contract/api/reports/uptime-report.ts";
import { shownUrl } from "../../../contract/checks/shown-url.ts";
import { UsageError } from "../../../contract/errors.ts";
import { normaliseUrl } from "../../../contract/identity.ts";
import type { Configuration } from "../../../contract/settings/configuration.ts";
import type { Clock } from "../../../core/clock.ts";
import type { Database } from "../../../core/database.ts";
import { generalObjective, siteObjective, tagObjective } from "../../../core/reporting/objectives.ts";
import { reportPeriod } from "../../../core/reporting/report-period.ts";
import type { ReportedSite } from "../../../core/reporting/report-records.ts";
import { readSitePeriods } from "../../../core/reporting/site-periods.ts";
import {
  groupRows,
  type SiteGroup,
  type SitePeriod,
  siteRows,
  tagRows,
  totalRow,
} from "../../../core/reporting/uptime-report.ts";
import { recordedWindows } from "../alerting/maintenance.ts";
import { readSiteGroups } from "./site-groups.ts";

export interface ReportResources {
  readonly database: Pick<Database, "rangeCounts" | "reportRecords" | "maintenanceWindows" | "statusPages">;
  readonly configuration: Pick<Configuration, "maintenance" | "objectives" | "statusPages">;
  readonly clock: Clock;
}

export interface ReportInput {
  readonly month?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly timezone: string;
  readonly by: UptimeReport["by"];
  /** Sites by id, name or URL; tags; groups as `page` or `page/group`. A site of any of them is reported. */
  readonly site?: readonly string[] | undefined;
  readonly tag?: readonly string[] | undefined;
  readonly group?: readonly string[] | undefined;
  /** Share of 1; the configured objectives when omitted. */
  readonly objective?: number | undefined;
  /** Null sees all sites. */
  readonly visibleTags: readonly string[] | null;
}

/** Throws `UsageError` for a wrong period and for a site, tag or group that does not exist; `UnavailableError`. */
export async function readUptimeReport(
  { database, configuration, clock }: ReportResources,
  input: ReportInput,
): Promise<UptimeReport> {
  const nowMs = clock.now();
  const period = reportPeriod(input, input.timezone, nowMs);
  const { maintenanceWindows } = database;
  const [known, windows] = await Promise.all([
    database.reportRecords.sites(),
    recordedWindows({ maintenanceWindows, fileWindows: configuration.maintenance }),
  ]);
  const visible = known.filter(
    ({ tags }) => input.visibleTags === null || tags.some((tag) => input.visibleTags?.includes(tag)),
  );
  const needsGroups = input.by === "group" || (input.group ?? []).length > 0;
  const groups = needsGroups ? await readSiteGroups({ database, configuration }, visible) : [];
  const sites = chosenSites(visible, groups, input);
  const { fromMs, toMs } = period;
  const periods = await readSitePeriods(database, sites, { fromMs, toMs, nowMs, windows });
  return {
    from: period.from,
    to: period.to,
    timezone: period.timezone,
    fromAt: iso(fromMs),
    toAt: iso(toMs),
    untilAt: iso(Math.min(toMs, nowMs)),
    by: input.by,
    ...rowsOf(periods, groups, { ...input, entries: configuration.objectives }),
  };
}

function rowsOf(
  periods: readonly SitePeriod[],
  groups: readonly SiteGroup[],
  {
    by,
    objective,
    entries,
  }: Pick<ReportInput, "by" | "objective"> & { readonly entries: Configuration["objectives"] },
): { readonly total: ReportRow; readonly items: ReportRow[] } {
  const general = objective ?? generalObjective(entries);
  const rows = (): readonly ReportRow[] => {
    switch (by) {
      case "site":
        return siteRows(periods, (site) => objective ?? siteObjective(entries, site));
      case "tag":
        return tagRows(periods, (tag) => objective ?? tagObjective(entries, tag));
      case "group":
        return groupRows(groups, periods, general);
      default:
        return by satisfies never;
    }
  };
  const items = rows().map((row) => ({
    ...row,
    label: row.label === row.url ? shownUrl(row.label) : row.label,
    url: row.url === null ? null : shownUrl(row.url),
  }));
  return { total: totalRow(periods, general), items };
}

/** All sites when nothing is named. */
function chosenSites(
  visible: readonly ReportedSite[],
  groups: readonly SiteGroup[],
  { site = [], tag = [], group = [] }: ReportInput,
): readonly ReportedSite[] {
  if (site.length + tag.length + group.length === 0) return visible;
  const chosen = new Set<string>();
  const choose = (what: string, name: string, some: Iterable<string>): void => {
    const before = chosen.size;
    let found = 0;
    for (const siteId of some) {
      chosen.add(siteId);
      found += 1;
    }
    if (found === 0 && before === chosen.size)
      throw new UsageError(`${what} is "${name}": there is no such ${what}`);
  };
  for (const name of site) {
    const named = visible.filter((each) => isNamed(each, name));
    choose(
      "site",
      shownUrl(name),
      named.map(({ siteId }) => siteId),
    );
  }
  for (const name of tag) {
    const tagged = visible.filter(({ tags }) => tags.includes(name));
    choose(
      "tag",
      name,
      tagged.map(({ siteId }) => siteId),
    );
  }
  for (const name of group) {
    const own = groups.filter(({ key }) => key === name || key.startsWith(`${name}/`));
    choose(
      "group",
      name,
      own.flatMap(({ siteIds }) => [...siteIds]),
    );
  }
  return visible.filter(({ siteId }) => chosen.has(siteId));
}

function isNamed({ siteId, name, url }: ReportedSite, wanted: string): boolean {
  if (siteId === wanted.toLowerCase() || name === wanted || url === wanted) return true;
  return URL.canParse(wanted) && url === normaliseUrl(wanted);
}

function iso(instantMs: number): string {
  return new Date(instantMs).toISOString();
}

/** Lists summaries of sites: what a person may see of them, filtered and sorted. */
import type { SiteSource, SiteState, SiteSummary } from "../../../contract/api/sites/sites.ts";
import type { Configuration } from "../../../contract/settings/configuration.ts";
import { canSee } from "../../../core/accounts/actor.ts";
import type { Clock } from "../../../core/clock.ts";
import type { Database } from "../../../core/database.ts";
import { maintainedAt } from "../../../core/maintenance-windows/active-window.ts";

export interface SiteListResources {
  readonly database: Pick<Database, "overview" | "maintenanceWindows">;
  readonly configuration: Pick<Configuration, "maintenance">;
  readonly clock: Clock;
}

export interface SummaryFilter {
  /** Null sees all sites. */
  readonly visibleTags: readonly string[] | null;
  /** Text in name, URL or tags, ignoring case. */
  readonly search?: string | undefined;
  readonly tag?: string | undefined;
  readonly state?: SiteState | undefined;
  readonly enabled?: boolean | undefined;
  readonly source?: SiteSource | undefined;
}

type SortedBy = "name" | "state" | "-p95" | "uptime" | "certificate" | "-checkedAt";

/** Returns the summaries, sorted. One that has not changed is the same object as before. Throws `UnavailableError`. */
export async function listSummaries(
  { database, configuration, clock }: SiteListResources,
  filter: SummaryFilter,
  sortedBy: SortedBy = "name",
): Promise<readonly SiteSummary[]> {
  const nowMs = clock.now();
  const [sites, stored] = await Promise.all([
    database.overview.sites(nowMs),
    database.maintenanceWindows.list(),
  ]);
  const isMaintained = maintainedAt(
    [...configuration.maintenance, ...stored.map(({ window }) => window)],
    nowMs,
  );
  const summaries: SiteSummary[] = [];
  for (const { summary } of sites) {
    if (!matches(summary, filter)) continue;
    const { id, name, url, tags } = summary;
    const inMaintenance = isMaintained?.({ siteId: id, siteName: name, url, tags }) === true;
    summaries.push(inMaintenance ? { ...summary, inMaintenance } : summary);
  }
  return sortedBy === "name" ? summaries : summaries.sort(ORDERS[sortedBy]);
}

/** Returns null when there is no such site, or none that the person may see. Throws `UnavailableError`. */
export async function findSummary(
  resources: SiteListResources,
  { id, visibleTags }: { readonly id: string; readonly visibleTags: readonly string[] | null },
): Promise<SiteSummary | null> {
  const summaries = await listSummaries(resources, { visibleTags });
  return summaries.find((summary) => summary.id === id) ?? null;
}

/** Returns the tags of the visible sites with the number of sites, ordered by tag. Throws `UnavailableError`. */
export async function listTags(
  resources: SiteListResources,
  { visibleTags }: Pick<SummaryFilter, "visibleTags">,
): Promise<readonly { readonly tag: string; readonly sites: number }[]> {
  const counts = new Map<string, number>();
  for (const { tags } of await listSummaries(resources, { visibleTags })) {
    for (const tag of tags) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  }
  return [...counts].map(([tag, sites]) => ({ tag, sites })).sort((a, b) => (a.tag < b.tag ? -1 : 1));
}

function matches(summary: SiteSummary, filter: SummaryFilter): boolean {
  const { visibleTags, search, tag, state, enabled, source } = filter;
  if (!canSee(visibleTags, summary.tags)) return false;
  if (tag !== undefined && !summary.tags.includes(tag)) return false;
  if (state !== undefined && summary.state !== state) return false;
  if (enabled !== undefined && summary.enabled !== enabled) return false;
  if (source !== undefined && summary.source !== source) return false;
  if (search === undefined || search === "") return true;
  const wanted = search.toLowerCase();
  return [summary.name ?? "", summary.url, ...summary.tags].some((text) =>
    text.toLowerCase().includes(wanted),
  );
}

const WORST_FIRST: readonly SiteState[] = ["down", "degraded", "not observed", "pending", "up", "paused"];

/** Sites without a value come last. */
const ORDERS: Readonly<Record<Exclude<SortedBy, "name">, (one: SiteSummary, other: SiteSummary) => number>> =
  {
    state: (one, other) => WORST_FIRST.indexOf(one.state) - WORST_FIRST.indexOf(other.state),
    "-p95": (one, other) => (other.p95Ms ?? -1) - (one.p95Ms ?? -1),
    uptime: (one, other) => (one.uptimeDay ?? 2) - (other.uptimeDay ?? 2),
    certificate: (one, other) =>
      compareTexts(one.certificateExpiresAt ?? "~", other.certificateExpiresAt ?? "~"),
    "-checkedAt": (one, other) => compareTexts(other.checkedAt ?? "", one.checkedAt ?? ""),
  };

function compareTexts(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

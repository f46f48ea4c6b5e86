/**
 * All sites that the reader may see, by id, with what searching and sorting need prepared once: names in their order
 * and one lower-case text a site. Live updates replace single summaries in place; copying 10,000 ten times a second
 * would be felt.
 */

import { queryOptions } from "@tanstack/react-query";
import type { LiveSite } from "../../../src/contract/api/pipeline/live.ts";
import type { SiteList, SiteSummary } from "../../../src/contract/api/sites/sites.ts";
import { keys } from "./query-client.ts";
import { read } from "./request.ts";

export interface SiteTable {
  /** In the order of their names. */
  readonly ids: readonly string[];
  readonly byId: Map<string, SiteSummary>;
  /** Name, URL and tags in lower case. */
  readonly textById: ReadonlyMap<string, string>;
  /** Changes when sites come, go or change their state: what filters and orders depend on. */
  readonly statesRevision: number;
}

const mostSites = 10_000;
const refreshMs = 120_000;

export const sitesQuery = queryOptions({
  queryKey: keys.sites,
  queryFn: readSites,
  structuralSharing: false,
  // Percentiles, uptime and certificates come with the list only; states arrive live.
  refetchInterval: refreshMs,
});

async function readSites({ signal }: { signal: AbortSignal }): Promise<SiteTable> {
  const sites: SiteSummary[] = [];
  let cursor: string | null = null;
  do {
    const page: SiteList = await read<SiteList>(
      `/sites?limit=${mostSites}${cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`}`,
      signal,
    );
    sites.push(...page.items);
    cursor = page.next;
  } while (cursor !== null);
  return siteTableOf(sites);
}

let revision = 0;

function siteTableOf(sites: readonly SiteSummary[]): SiteTable {
  const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
  const named = sites.map((site) => ({ site, title: titleOf(site) }));
  named.sort((one, other) => collator.compare(one.title, other.title));
  revision += 1;
  return {
    ids: named.map(({ site }) => site.id),
    byId: new Map(named.map(({ site }) => [site.id, site])),
    textById: new Map(
      named.map(({ site }) => [
        site.id,
        `${site.name ?? ""}\n${site.url}\n${site.tags.join("\n")}`.toLowerCase(),
      ]),
    ),
    statesRevision: revision,
  };
}

/** A site's name, else its URL without what is the same for most. */
export function titleOf(site: Pick<SiteSummary, "name" | "url">): string {
  return site.name ?? site.url.replace(/^https?:\/\//, "").replace(/\/$/, "");
}

/** What a site's mark shows: planned maintenance explains every state but a pause. */
export function shownStateOf({ state, inMaintenance }: Pick<SiteSummary, "state" | "inMaintenance">) {
  return inMaintenance && state !== "paused" ? "maintenance" : state;
}

export function applyLiveSites(table: SiteTable, updates: readonly LiveSite[]): SiteTable {
  let statesChanged = false;
  for (const update of updates) {
    const site = table.byId.get(update.id);
    if (!site) continue;
    if (site.state !== update.state) statesChanged = true;
    table.byId.set(update.id, {
      ...site,
      ...update,
      day: dayWith(site, update),
      sinceAt: site.state === update.state ? site.sinceAt : update.checkedAt,
    });
  }
  if (statesChanged) revision += 1;
  return { ...table, statesRevision: statesChanged ? revision : table.statesRevision };
}

const hourOf = (instant: string): string => instant.slice(0, 13);

/** The day's bar with this result in its last hour; a new hour begins with its first result. */
function dayWith(site: SiteSummary, { checkedAt, state }: LiveSite): string {
  if (checkedAt === null || checkedAt === site.checkedAt) return site.day;
  const seen = state === "down" ? "d" : state === "degraded" ? "g" : state === "up" ? "u" : null;
  if (seen === null) return site.day;
  if (site.checkedAt !== null && hourOf(checkedAt) > hourOf(site.checkedAt)) return site.day.slice(1) + seen;
  const last = site.day.at(-1) ?? "-";
  const severities = "-.ugd";
  return severities.indexOf(seen) > severities.indexOf(last) ? site.day.slice(0, -1) + seen : site.day;
}

/**
 * Updates incidents for a batch of results, in the transaction that records the results. Writes incident rows, their
 * steps, the stored state of the sites, and the events for the outbox. When all results are good and no site has stored
 * state, this is one SELECT without parameters.
 */
import type { Event } from "../../../contract/events/event.ts";
import { observeBatch } from "../../../core/incidents/observing-batch.ts";
import type { RememberedSite } from "../../../core/incidents/remembering.ts";
import type { CountedResult } from "../../../core/reporting/rollup.ts";
import type { Sql } from "../connecting/sql.ts";
import type { ArrivedResult } from "../results/prepared-result.ts";
import { loadConcernedSites } from "./concerned-sites.ts";
import { loadExpectedLocations } from "./expected-locations.ts";
import { adoptOfCutOffLocations, recordLocations } from "./location-incidents.ts";
import { keyOf, loadObservations, type RecordedObservations } from "./recorded-observations.ts";
import { loadRemembered, lockRememberedSites, rememberSites } from "./remembered-sites.ts";
import { type SiteTransition, writeTransitions } from "./write-transitions.ts";

/**
 * Applies the new results, and returns the events for the outbox. Each site observes its results in order of arrival, so
 * one large batch causes the same incidents as many small ones.
 */
export async function recordIncidents(
  sql: Sql,
  { fresh, unobserved }: RecordedResults,
  topic: string,
): Promise<readonly Event[]> {
  const { siteIds, cutOff } = await loadRemembered(sql);
  const remembered = await lockRememberedSites(sql, fresh, siteIds);
  const badSites = Math.max(siteIds.length, remembered.size);
  // Before the sites: what a location that is cut off sees does not count.
  const ofLocations = await recordLocations(sql, { fresh, unobserved, cutOff, badSites }, topic);
  const ofSites = remembered.size === 0 ? [] : await recordSites(sql, fresh, remembered, topic);
  const isCutOff = ofLocations.length > 0 || cutOff.length > 0;
  if (isCutOff && (ofLocations.length > 0 || ofSites.length > 0)) await adoptOfCutOffLocations(sql);
  return [...ofLocations, ...ofSites];
}

export interface RecordedResults {
  readonly fresh: readonly ArrivedResult[];
  /** Results of monitors without uplink. */
  readonly unobserved: readonly ArrivedResult[];
}

async function recordSites(
  sql: Sql,
  fresh: readonly ArrivedResult[],
  remembered: ReadonlyMap<string, RememberedSite | null>,
  topic: string,
): Promise<readonly Event[]> {
  const batch = Map.groupBy(
    fresh.filter(({ siteId }) => remembered.has(siteId)).sort((a, b) => a.arrival - b.arrival),
    ({ siteId }) => siteId,
  );
  const sites = await loadConcernedSites(sql, [...batch.keys()]);
  const recorded = await loadObservations(sql, batch, sites, remembered);
  const expected = await loadExpectedLocations(sql, batch, remembered);
  const after = new Map<string, RememberedSite>();
  const transitions: SiteTransition[] = [];
  for (const [siteId, results] of batch) {
    const site = sites.get(siteId);
    const observations = recorded.get(siteId);
    if (site === undefined || observations === undefined) continue;
    const outcome = observeBatch({
      remembered: remembered.get(siteId) ?? null,
      ...dividedByAge(observations, results),
      policy: site.policy,
      expected,
    });
    after.set(siteId, outcome.remembered);
    transitions.push(...outcome.transitions.map((caused) => ({ ...caused, site, observations })));
  }
  await rememberSites(sql, after);
  return transitions.length === 0 ? [] : await writeTransitions(sql, transitions, topic);
}

function dividedByAge(observations: RecordedObservations, fresh: readonly CountedResult[]) {
  const freshKeys = fresh.map(keyOf);
  const isFresh = new Set(freshKeys);
  return {
    earlier: [...observations].flatMap(([key, observation]) => (isFresh.has(key) ? [] : [observation])),
    fresh: freshKeys.flatMap((key) => observations.get(key) ?? []),
  };
}

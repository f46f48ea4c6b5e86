/** Reads the observations of a batch, and those before it, from `check_results`. */

import type { Outcome } from "../../../core/incidents/quorum.ts";
import type { RememberedSite } from "../../../core/incidents/remembering.ts";
import { longestMemoryMs, type Observation } from "../../../core/incidents/rounds.ts";
import type { SiteIncidents } from "../../../core/incidents/site-incidents.ts";
import type { CountedResult } from "../../../core/reporting/rollup.ts";
import { instantColumn, uuidColumn } from "../binary/columns.ts";
import { millisecondsOf } from "../connecting/instants.ts";
import type { Sql } from "../connecting/sql.ts";
import type { ConcernedSite } from "./concerned-sites.ts";

/** An observation with the details that incidents show. */
export interface RecordedObservation extends Observation {
  readonly statusCode: number | null;
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
}

/** Observations by slot and location (`keyOf`). */
export type RecordedObservations = ReadonlyMap<string, RecordedObservation>;

type Row = {
  readonly siteId: string;
  readonly slotMs: number;
  readonly location: string;
  readonly outcome: Outcome;
  readonly intervalMs: number | null;
  readonly statusCode: number | null;
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
};

/**
 * A failure that a location saw while it was cut off counts as not observed. OFFSET 0 fixes the join order: while a new
 * partition has no statistics, the planner would read the whole partition for ten rows.
 */
const OBSERVATIONS = `
  SELECT site.id AS "siteId", ${millisecondsOf("slot", "slotMs")}, location,
    CASE WHEN verdict <> 'up' AND EXISTS (
      SELECT FROM incidents WHERE kind = 'location' AND incidents.location = result.location
        AND slot >= incidents.since AND slot < coalesce(good_since, resolved_at, 'infinity')
    ) THEN 'unobserved' ELSE verdict::text END AS outcome, interval_ms AS "intervalMs", status_code AS "statusCode",
    error_code AS "errorCode", error_message AS "errorMessage"
  FROM unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[]) AS site (id, from_slot, to_slot)
  JOIN LATERAL (
    SELECT * FROM check_results WHERE site_id = site.id AND slot BETWEEN site.from_slot AND site.to_slot OFFSET 0
  ) AS result ON true
  ORDER BY site.id, slot, location`;

/**
 * Returns, by site, the results of the batch and the earlier ones that affect the site's rounds. Results without an
 * interval use the site's current one. Earlier results are read only for sites without stored state, slot by slot: there
 * is no index by site, so reading a time range would read the results of all sites in it.
 */
export async function loadObservations(
  sql: Sql,
  batch: ReadonlyMap<string, readonly CountedResult[]>,
  sites: ReadonlyMap<string, ConcernedSite>,
  remembered: ReadonlyMap<string, RememberedSite | null>,
): Promise<ReadonlyMap<string, RecordedObservations>> {
  const ranges = [...batch].flatMap(([siteId, results]) => {
    const site = sites.get(siteId);
    if (site === undefined) return [];
    const { incidents } = remembered.get(siteId) ?? {};
    return incidents === undefined ? rangesAround(site, results) : rangesOfSlots(siteId, results, incidents);
  });
  const rows = await sql.rows<Row>(OBSERVATIONS, [
    uuidColumn(ranges.map(({ siteId }) => siteId)),
    instantColumn(ranges.map(({ fromMs }) => fromMs)),
    instantColumn(ranges.map(({ toMs }) => toMs)),
  ]);
  const bySite = Map.groupBy(rows, ({ siteId }) => siteId);
  return new Map(
    [...bySite].map(([siteId, itsRows]) => {
      const { intervalMs = 0 } = sites.get(siteId) ?? {};
      const observations = itsRows.map((row) => ({ ...row, intervalMs: row.intervalMs ?? intervalMs }));
      return [siteId, new Map(observations.map((each) => [keyOf(each), each]))];
    }),
  );
}

interface SlotRange {
  readonly siteId: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** The batch and the earlier results. */
function rangesAround(
  { siteId, intervalMs, newestMs }: ConcernedSite,
  results: readonly CountedResult[],
): readonly SlotRange[] {
  const memoryMs = longestMemoryMs(intervalMs);
  const ofBatch = rangeOf(siteId, results);
  const toBatch = { ...ofBatch, fromMs: ofBatch.fromMs - memoryMs };
  if (newestMs === null || newestMs <= ofBatch.toMs) return [toBatch];
  // The site's newest results show whether the batch is late.
  return [toBatch, { siteId, fromMs: newestMs - memoryMs, toMs: newestMs }];
}

/** The slots of the batch, and the earlier ones in which an incident may have begun. */
function rangesOfSlots(
  siteId: string,
  results: readonly CountedResult[],
  { rounds, site }: SiteIncidents,
): readonly SlotRange[] {
  const slots = new Set([...results, ...rounds.pending].map(({ slotMs }) => slotMs));
  if (site.state === "suspected") slots.add(site.streak.sinceMs);
  return [...slots].map((slotMs) => ({ siteId, fromMs: slotMs, toMs: slotMs }));
}

function rangeOf(siteId: string, results: readonly CountedResult[]): SlotRange {
  let [fromMs, toMs] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { slotMs } of results) {
    fromMs = Math.min(fromMs, slotMs);
    toMs = Math.max(toMs, slotMs);
  }
  return { siteId, fromMs, toMs };
}

/** Identifies an observation within its site. */
export function keyOf({ slotMs, location }: { readonly slotMs: number; readonly location: string }): string {
  return `${slotMs} ${location}`;
}

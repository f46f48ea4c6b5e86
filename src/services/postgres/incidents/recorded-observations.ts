/** The results of a site around a batch, read back from `check_results`, as incidents see them. */
import { longestMemoryMs, type Observation } from "../../../core/incidents/rounds.ts";
import type { CountedResult } from "../../../core/reporting/rollup.ts";
import { instantColumn, uuidColumn } from "../binary/columns.ts";
import type { Sql } from "../connecting/sql.ts";
import type { ConcernedSite } from "./concerned-sites.ts";

/** An observation with what an incident tells of it. */
export interface RecordedObservation extends Observation {
  readonly statusCode: number | null;
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
}

/** By slot and location (`keyOf`). */
export type RecordedObservations = ReadonlyMap<string, RecordedObservation>;

type Row = {
  readonly siteId: string;
  readonly slotMs: number;
  readonly location: string;
  readonly outcome: "up" | "degraded" | "down";
  readonly intervalMs: number | null;
  readonly statusCode: number | null;
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
};

const OBSERVATIONS = `
  SELECT site.id AS "siteId", (extract(epoch FROM slot) * 1000)::double precision AS "slotMs", location,
    verdict::text AS outcome, interval_ms AS "intervalMs", status_code AS "statusCode",
    error_code AS "errorCode", error_message AS "errorMessage"
  FROM unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[]) AS site (id, from_slot, to_slot)
  JOIN LATERAL (
    SELECT * FROM check_results WHERE site_id = site.id AND slot BETWEEN site.from_slot AND site.to_slot
  ) AS result ON true
  ORDER BY site.id, slot, location`;

/**
 * By site: the results of the batch, and those before it as far back as they bear on the site's rounds. Results whose
 * monitor did not tell the interval have the site's present one.
 */
export async function loadObservations(
  sql: Sql,
  batch: ReadonlyMap<string, readonly CountedResult[]>,
  sites: ReadonlyMap<string, ConcernedSite>,
): Promise<ReadonlyMap<string, RecordedObservations>> {
  const ranges = [...batch].flatMap(([siteId, results]) => {
    const site = sites.get(siteId);
    if (site === undefined) return [];
    const memoryMs = longestMemoryMs(site.intervalMs);
    const ofBatch = rangeOf(siteId, results);
    const toBatch = { ...ofBatch, fromMs: ofBatch.fromMs - memoryMs };
    const { newestMs } = site;
    if (newestMs === null || newestMs <= ofBatch.toMs) return [toBatch];
    // Whether the batch comes too late is seen by the site's newest results.
    return [toBatch, { siteId, fromMs: newestMs - memoryMs, toMs: newestMs }];
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

function rangeOf(siteId: string, results: readonly CountedResult[]) {
  let [fromMs, toMs] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { slotMs } of results) {
    fromMs = Math.min(fromMs, slotMs);
    toMs = Math.max(toMs, slotMs);
  }
  return { siteId, fromMs, toMs };
}

/** Names an observation within its site. */
export function keyOf({ slotMs, location }: { readonly slotMs: number; readonly location: string }): string {
  return `${slotMs} ${location}`;
}

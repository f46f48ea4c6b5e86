/** Reads the rollups of the last hours and days of many sites at once. */
import pg from "pg";
import { LatencyHistogram } from "../../../core/reporting/latency-histogram.ts";
import { CopyReader } from "../binary/copy-reader.ts";
import type { Sql } from "../connecting/sql.ts";

export interface RecentTable {
  readonly table: "uptime_hourly" | "uptime_daily";
  readonly start: "hour" | "day";
}

export const RECENT_HOURS: RecentTable = { table: "uptime_hourly", start: "hour" };
export const RECENT_DAYS: RecentTable = { table: "uptime_daily", start: "day" };

/** Returns the sites with a rollup that changed since the horizon, of the periods from `fromMs` on and before `beforeMs`. */
export async function readChangedIds(
  sql: Sql,
  { table, start }: RecentTable,
  {
    fromMs,
    beforeMs,
    horizon,
  }: { readonly fromMs: number; readonly beforeMs: number; readonly horizon: string },
): Promise<readonly string[]> {
  const bytes = await sql.copyOut(`COPY (
    SELECT DISTINCT site_id FROM ${table} AS changed
    WHERE ${start} >= ${instant(fromMs)} AND ${start} < ${instant(beforeMs)} AND age(changed.xmin) <= age(${pg.escapeLiteral(horizon)}::xid8::xid)
  ) TO STDOUT (FORMAT binary)`);
  const ids: string[] = [];
  const reader = new CopyReader(bytes);
  while (reader.nextRow()) ids.push(reader.uuid());
  return ids;
}

/** Calls `visit` with the packed rows of each site from `fromMs` on; of all sites when `siteIds` is null. */
export async function readPackedCounts(
  sql: Sql,
  { table, start }: RecentTable,
  { fromMs, siteIds }: { readonly fromMs: number; readonly siteIds: readonly string[] | null },
  visit: (siteId: string, packed: Uint8Array) => void,
): Promise<void> {
  if (siteIds?.length === 0) return;
  const bytes = await sql.copyOut(`COPY (
    SELECT site_id, string_agg(packed, '') FROM ${table}
    WHERE ${start} >= ${instant(fromMs)} AND ${isOneOf(siteIds)} GROUP BY site_id
  ) TO STDOUT (FORMAT binary)`);
  const reader = new CopyReader(bytes);
  while (reader.nextRow()) visit(reader.uuid(), reader.bytes());
}

/** Returns the 95th percentile of all response times from the day of `fromMs` on, by site. */
export async function readDailyPercentiles(
  sql: Sql,
  { fromMs, siteIds }: { readonly fromMs: number; readonly siteIds: readonly string[] | null },
): Promise<ReadonlyMap<string, number | null>> {
  const histograms = new Map<string, LatencyHistogram>();
  if (siteIds?.length !== 0) {
    const bytes = await sql.copyOut(`COPY (
      SELECT site_id, latencies FROM uptime_daily WHERE day >= ${instant(fromMs)} AND ${isOneOf(siteIds)}
    ) TO STDOUT (FORMAT binary)`);
    const reader = new CopyReader(bytes);
    while (reader.nextRow()) {
      const siteId = reader.uuid();
      const latencies = LatencyHistogram.fromBytes(reader.bytes());
      const known = histograms.get(siteId);
      if (known === undefined) histograms.set(siteId, latencies);
      else known.merge(latencies);
    }
  }
  return new Map(
    [...histograms].map(([siteId, latencies]) => [siteId, latencies.percentiles([0.95])[0] ?? null]),
  );
}

/** `COPY` accepts no parameters, so its text contains only trusted numbers and quoted literals. */
function instant(instantMs: number): string {
  return pg.escapeLiteral(new Date(instantMs).toISOString());
}

function isOneOf(siteIds: readonly string[] | null): string {
  return siteIds === null ? "true" : `site_id = ANY (${pg.escapeLiteral(`{${siteIds.join(",")}}`)}::uuid[])`;
}

/** The rollups as reports read them: all locations of a site and period together. */
import { LatencyHistogram } from "../../core/reporting/latency-histogram.ts";
import type { UptimeCount, UptimeHistory, UptimeQuery } from "../../core/reporting/ports.ts";
import { uuidColumn } from "./columns.ts";
import type { SqlService } from "./sql.ts";

/** A site with one location has its percentiles in its row; those of several come from their histograms. */
function uptimeStatement(table: string, start: string, type: string): string {
  return `
  SELECT
    site_id AS "siteId",
    (extract(epoch FROM ${start}) * 1000)::double precision AS "startMs",
    sum(up)::integer AS up,
    sum(degraded)::integer AS degraded,
    sum(down)::integer AS down,
    sum(response_time_sum_ms) / nullif(sum(response_times), 0) AS "meanResponseTimeMs",
    min(p50_ms) AS "p50Ms",
    min(p95_ms) AS "p95Ms",
    min(p99_ms) AS "p99Ms",
    CASE WHEN count(*) > 1 THEN array_agg(latencies) END AS latencies
  FROM ${table}
  WHERE ${start} BETWEEN $1::${type} AND $2::${type}
    AND ($3::uuid[] IS NULL OR site_id = ANY ($3::uuid[]))
  GROUP BY site_id, ${start}
  ORDER BY site_id, ${start}`;
}

const DAILY = uptimeStatement("uptime_daily", "day", "date");
const HOURLY = uptimeStatement("uptime_hourly", "hour", "timestamptz");

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

type UptimeRow = UptimeCount & { readonly latencies: readonly Uint8Array[] | null };

export class SqlUptimeHistory implements UptimeHistory {
  readonly #service: SqlService;

  constructor(service: SqlService) {
    this.#service = service;
  }

  async daily(query: UptimeQuery): Promise<readonly UptimeCount[]> {
    return await this.#counts(DAILY, DAY_MS, query);
  }

  async hourly(query: UptimeQuery): Promise<readonly UptimeCount[]> {
    return await this.#counts(HOURLY, HOUR_MS, query);
  }

  async #counts(
    statement: string,
    periodMs: number,
    { siteIds, fromMs, toMs }: UptimeQuery,
  ): Promise<readonly UptimeCount[]> {
    const from = new Date(Math.floor(fromMs / periodMs) * periodMs).toISOString();
    const to = new Date(toMs).toISOString();
    const ids = siteIds === undefined ? null : uuidColumn(siteIds);
    const rows = await this.#service.rows<UptimeRow>(statement, [from, to, ids]);
    return rows.map(({ latencies, ...count }) =>
      latencies === null ? count : { ...count, ...percentilesOf(latencies) },
    );
  }
}

function percentilesOf(parts: readonly Uint8Array[]): Pick<UptimeCount, "p50Ms" | "p95Ms" | "p99Ms"> {
  const whole = new LatencyHistogram();
  for (const part of parts) whole.merge(LatencyHistogram.fromBytes(part));
  const [p50Ms = null, p95Ms = null, p99Ms = null] = whole.percentiles([0.5, 0.95, 0.99]);
  return { p50Ms, p95Ms, p99Ms };
}

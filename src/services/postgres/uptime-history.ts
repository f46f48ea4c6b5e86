/**
 * The rollups as reports read them: all locations of a site and period together. A status page asks for tens of
 * thousands of rows at once, so they are read by `COPY`, which costs a fraction of a result set.
 */
import pg from "pg";
import { LatencyHistogram } from "../../core/reporting/latency-histogram.ts";
import type { UptimeCount, UptimeHistory, UptimeQuery } from "../../core/reporting/ports.ts";
import { CopyReader } from "./copy-reader.ts";
import { SiteCounts } from "./site-counts.ts";
import type { SqlService } from "./sql.ts";

interface RollupSource {
  readonly table: string;
  readonly start: "day" | "hour";
  readonly periodMs: number;
}

const DAILY: RollupSource = { table: "uptime_daily", start: "day", periodMs: 86_400_000 };
const HOURLY: RollupSource = { table: "uptime_hourly", start: "hour", periodMs: 3_600_000 };
const PERCENTILES = [0.5, 0.95, 0.99];

export class SqlUptimeHistory implements UptimeHistory {
  readonly #service: SqlService;

  constructor(service: SqlService) {
    this.#service = service;
  }

  async daily(query: UptimeQuery): Promise<readonly UptimeCount[]> {
    return await this.#counts(DAILY, query);
  }

  async hourly(query: UptimeQuery): Promise<readonly UptimeCount[]> {
    return await this.#counts(HOURLY, query);
  }

  async #counts(source: RollupSource, query: UptimeQuery): Promise<readonly UptimeCount[]> {
    const sites = readCounts(source, await this.#service.copyOut(countsStatement(source, query)));
    const shared = [...sites.values()].filter(({ hasSeveralLocations }) => hasSeveralLocations);
    if (shared.length > 0) {
      const siteIds = shared.map(({ siteId }) => siteId);
      const statement = latenciesStatement(source, { ...query, siteIds });
      settlePercentiles(source, sites, await this.#service.copyOut(statement));
    }
    return [...sites.keys()].sort().flatMap((siteId) => sites.get(siteId)?.counts ?? []);
  }
}

/** `COPY` takes no parameters: what goes into its text are numbers of ours and quoted literals. */
function conditionsOf({ start, periodMs }: RollupSource, { siteIds, fromMs, toMs }: UptimeQuery): string {
  const from = new Date(Math.floor(fromMs / periodMs) * periodMs).toISOString();
  const to = new Date(toMs).toISOString();
  const when = `${start} BETWEEN ${pg.escapeLiteral(from)} AND ${pg.escapeLiteral(to)}`;
  if (siteIds === undefined) return when;
  return `${when} AND site_id = ANY (${pg.escapeLiteral(`{${siteIds.join(",")}}`)}::uuid[])`;
}

function countsStatement(source: RollupSource, query: UptimeQuery): string {
  return `COPY (
    SELECT site_id, ${source.start}, up, degraded, down, response_times, response_time_sum_ms, p50_ms, p95_ms, p99_ms
    FROM ${source.table} WHERE ${conditionsOf(source, query)}
  ) TO STDOUT (FORMAT binary)`;
}

function latenciesStatement(source: RollupSource, query: UptimeQuery): string {
  return `COPY (
    SELECT site_id, ${source.start}, latencies FROM ${source.table} WHERE ${conditionsOf(source, query)}
  ) TO STDOUT (FORMAT binary)`;
}

function readCounts({ start }: RollupSource, bytes: Buffer): ReadonlyMap<string, SiteCounts> {
  const sites = new Map<string, SiteCounts>();
  const reader = new CopyReader(bytes);
  while (reader.nextRow()) {
    const siteId = reader.uuid();
    const startMs = start === "day" ? reader.day() : reader.instant();
    let counts = sites.get(siteId);
    if (counts === undefined) {
      counts = new SiteCounts(siteId);
      sites.set(siteId, counts);
    }
    counts.add({
      startMs,
      up: reader.integer(),
      degraded: reader.integer(),
      down: reader.integer(),
      responseTimes: reader.integer(),
      responseTimeSumMs: reader.double(),
      p50Ms: reader.floatOrNull(),
      p95Ms: reader.floatOrNull(),
      p99Ms: reader.floatOrNull(),
    });
  }
  return sites;
}

/** Percentiles of sites with several locations, from all their histograms together: percentiles do not add up. */
function settlePercentiles(
  { start }: RollupSource,
  sites: ReadonlyMap<string, SiteCounts>,
  bytes: Buffer,
): void {
  const reader = new CopyReader(bytes);
  const histograms = new Map<string, Map<number, LatencyHistogram>>();
  while (reader.nextRow()) {
    const siteId = reader.uuid();
    const startMs = start === "day" ? reader.day() : reader.instant();
    const latencies = LatencyHistogram.fromBytes(reader.bytes());
    const ofSite = histograms.get(siteId) ?? new Map<number, LatencyHistogram>();
    histograms.set(siteId, ofSite);
    const whole = ofSite.get(startMs);
    if (whole === undefined) ofSite.set(startMs, latencies);
    else whole.merge(latencies);
  }
  for (const [siteId, ofSite] of histograms) {
    for (const [startMs, whole] of ofSite) sites.get(siteId)?.settle(startMs, whole.percentiles(PERCENTILES));
  }
}

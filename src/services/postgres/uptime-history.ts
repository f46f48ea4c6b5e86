/**
 * The rollups as reports read them: all locations of a site and period together. A status page asks for tens of
 * thousands of rows at once, so they are read by `COPY`, which costs a fraction of a result set.
 */
import pg from "pg";
import { LatencyHistogram } from "../../core/reporting/latency-histogram.ts";
import type { UptimeCount, UptimeHistory, UptimeQuery } from "../../core/reporting/ports.ts";
import { CopyReader } from "./copy-reader.ts";
import type { SqlService } from "./sql.ts";

interface RollupSource {
  readonly table: string;
  readonly start: "day" | "hour";
  readonly periodMs: number;
}

const DAILY: RollupSource = { table: "uptime_daily", start: "day", periodMs: 86_400_000 };
const HOURLY: RollupSource = { table: "uptime_hourly", start: "hour", periodMs: 3_600_000 };
const PERCENTILES = [0.5, 0.95, 0.99];

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A count on its way, which other locations may still add to. */
interface Period {
  readonly count: Mutable<UptimeCount>;
  responseTimes: number;
  responseTimeSumMs: number;
  locations: number;
}

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
    const periods = readPeriods(source, await this.#service.copyOut(countsStatement(source, query)));
    const shared = sitesOfSeveralLocations(periods);
    if (shared.length > 0) {
      const statement = latenciesStatement(source, { ...query, siteIds: shared });
      settlePercentiles(source, periods, await this.#service.copyOut(statement));
    }
    return inOrder(periods);
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

type Periods = ReadonlyMap<string, ReadonlyMap<number, Period>>;

function readPeriods({ start }: RollupSource, bytes: Buffer): Periods {
  const bySite = new Map<string, Map<number, Period>>();
  const reader = new CopyReader(bytes);
  while (reader.nextRow()) {
    const siteId = reader.uuid();
    const startMs = start === "day" ? reader.day() : reader.instant();
    let ofSite = bySite.get(siteId);
    if (ofSite === undefined) {
      ofSite = new Map();
      bySite.set(siteId, ofSite);
    }
    const read = readPeriod(reader, siteId, startMs);
    const known = ofSite.get(startMs);
    if (known === undefined) ofSite.set(startMs, read);
    else addLocation(known, read);
  }
  return bySite;
}

function readPeriod(reader: CopyReader, siteId: string, startMs: number): Period {
  const [up, degraded, down] = [reader.integer(), reader.integer(), reader.integer()];
  const [responseTimes, responseTimeSumMs] = [reader.integer(), reader.double()];
  const count = {
    siteId,
    startMs,
    up,
    degraded,
    down,
    meanResponseTimeMs: meanOf(responseTimeSumMs, responseTimes),
    p50Ms: reader.floatOrNull(),
    p95Ms: reader.floatOrNull(),
    p99Ms: reader.floatOrNull(),
  };
  return { count, responseTimes, responseTimeSumMs, locations: 1 };
}

/** All but the percentiles, which do not add up. */
function addLocation(to: Period, other: Period): void {
  to.count.up += other.count.up;
  to.count.degraded += other.count.degraded;
  to.count.down += other.count.down;
  to.responseTimes += other.responseTimes;
  to.responseTimeSumMs += other.responseTimeSumMs;
  to.count.meanResponseTimeMs = meanOf(to.responseTimeSumMs, to.responseTimes);
  to.locations += other.locations;
}

function meanOf(sumMs: number, count: number): number | null {
  return count === 0 ? null : sumMs / count;
}

function sitesOfSeveralLocations(periods: Periods): readonly string[] {
  return [...periods].flatMap(([siteId, ofSite]) =>
    [...ofSite.values()].some(({ locations }) => locations > 1) ? [siteId] : [],
  );
}

/** Percentiles of periods with several locations, from all their histograms together. */
function settlePercentiles({ start }: RollupSource, periods: Periods, bytes: Buffer): void {
  const histograms = new Map<Period, LatencyHistogram>();
  const reader = new CopyReader(bytes);
  while (reader.nextRow()) {
    const siteId = reader.uuid();
    const startMs = start === "day" ? reader.day() : reader.instant();
    const latencies = LatencyHistogram.fromBytes(reader.bytes());
    const period = periods.get(siteId)?.get(startMs);
    if (period === undefined || period.locations === 1) continue;
    const whole = histograms.get(period);
    if (whole === undefined) histograms.set(period, latencies);
    else whole.merge(latencies);
  }
  for (const [{ count }, whole] of histograms) {
    const [p50Ms = null, p95Ms = null, p99Ms = null] = whole.percentiles(PERCENTILES);
    Object.assign(count, { p50Ms, p95Ms, p99Ms });
  }
}

/** By site, then time. */
function inOrder(periods: Periods): readonly UptimeCount[] {
  return [...periods.keys()].sort().flatMap((siteId) => {
    const counts = [...(periods.get(siteId)?.values() ?? [])].map(({ count }) => count);
    return counts.sort((a, b) => a.startMs - b.startMs);
  });
}

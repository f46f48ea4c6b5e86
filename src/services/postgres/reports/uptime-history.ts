/**
 * Reads the rollups for reports, summed over all locations. A status page needs tens of thousands of rows at once, so the
 * database packs them into one value per site (see migrations/0003_check_results.sql), read by `COPY`, which costs a
 * fraction of a result set.
 */
import pg from "pg";
import { DAY_MS } from "../../../contract/duration.ts";
import { LatencyHistogram } from "../../../core/reporting/latency-histogram.ts";
import type { SiteUptime, UptimeHistory, UptimeQuery } from "../../../core/reporting/ports.ts";
import { CopyReader } from "../binary/copy-reader.ts";
import type { SqlService } from "../connecting/sql.ts";
import { PackedCounts } from "./packed-counts.ts";

interface RollupSource {
  readonly table: string;
  readonly start: "day" | "hour";
  /** Column of the period's start. */
  readonly instant: string;
  readonly periodMs: number;
}

const DAILY: RollupSource = {
  table: "uptime_daily",
  start: "day",
  instant: "day::timestamp",
  periodMs: DAY_MS,
};
const HOURLY: RollupSource = { table: "uptime_hourly", start: "hour", instant: "hour", periodMs: 3_600_000 };

export class SqlUptimeHistory implements UptimeHistory {
  readonly #service: SqlService;

  constructor(service: SqlService) {
    this.#service = service;
  }

  async daily(query: UptimeQuery): Promise<readonly SiteUptime[]> {
    return await this.#uptimes(DAILY, query);
  }

  async hourly(query: UptimeQuery): Promise<readonly SiteUptime[]> {
    return await this.#uptimes(HOURLY, query);
  }

  async #uptimes(source: RollupSource, query: UptimeQuery): Promise<readonly SiteUptime[]> {
    const sites = readCounts(await this.#service.copyOut(countsStatement(source, query)));
    const shared = sites.filter(({ hasSeveralLocations }) => hasSeveralLocations);
    if (shared.length > 0) {
      const siteIds = shared.map(({ siteId }) => siteId);
      const statement = latenciesStatement(source, { ...query, siteIds });
      const histograms = readLatencies(await this.#service.copyOut(statement));
      for (const site of shared) site.settlePercentiles(histograms.get(site.siteId) ?? new Map());
    }
    return sites.sort((a, b) => (a.siteId < b.siteId ? -1 : 1));
  }
}

/** `COPY` accepts no parameters, so its text contains only trusted numbers and quoted literals. */
function conditionsOf({ start, periodMs }: RollupSource, { siteIds, fromMs, toMs }: UptimeQuery): string {
  const from = new Date(Math.floor(fromMs / periodMs) * periodMs).toISOString();
  const to = new Date(toMs).toISOString();
  const when = `${start} BETWEEN ${pg.escapeLiteral(from)} AND ${pg.escapeLiteral(to)}`;
  if (siteIds === undefined) return when;
  return `${when} AND site_id = ANY (${pg.escapeLiteral(`{${siteIds.join(",")}}`)}::uuid[])`;
}

function countsStatement(source: RollupSource, query: UptimeQuery): string {
  return `COPY (
    SELECT site_id, string_agg(packed, '') FROM ${source.table} WHERE ${conditionsOf(source, query)}
    GROUP BY site_id
  ) TO STDOUT (FORMAT binary)`;
}

function latenciesStatement(source: RollupSource, query: UptimeQuery): string {
  return `COPY (
    SELECT site_id, ${source.instant}, latencies
    FROM ${source.table} WHERE ${conditionsOf(source, query)}
  ) TO STDOUT (FORMAT binary)`;
}

function readCounts(bytes: Buffer): PackedCounts[] {
  const sites: PackedCounts[] = [];
  const reader = new CopyReader(bytes);
  while (reader.nextRow()) sites.push(new PackedCounts(reader.uuid(), reader.bytes()));
  return sites;
}

/** Merges the histograms of all locations, per site and start of the period. */
function readLatencies(bytes: Buffer): ReadonlyMap<string, ReadonlyMap<number, LatencyHistogram>> {
  const sites = new Map<string, Map<number, LatencyHistogram>>();
  const reader = new CopyReader(bytes);
  while (reader.nextRow()) {
    const siteId = reader.uuid();
    const startMs = reader.instant();
    const latencies = LatencyHistogram.fromBytes(reader.bytes());
    const ofSite = sites.get(siteId) ?? new Map<number, LatencyHistogram>();
    sites.set(siteId, ofSite);
    const whole = ofSite.get(startMs);
    if (whole === undefined) ofSite.set(startMs, latencies);
    else whole.merge(latencies);
  }
  return sites;
}

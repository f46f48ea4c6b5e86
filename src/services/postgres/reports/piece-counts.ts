/**
 * Counts the results in parts of hours. As in site-results.ts, they are found by the slots of the schedule; an hour that
 * has more results than slots tell is searched.
 */
import type { Verdict } from "../../../contract/checks/check-result.ts";
import { dueSlots, type SchedulePeriod, withRunningSlot } from "../../../core/reporting/due-slots.ts";
import { LatencyHistogram } from "../../../core/reporting/latency-histogram.ts";
import type { RangeCount } from "../../../core/reporting/range-counts.ts";
import { instantColumn, uuidColumn } from "../binary/columns.ts";
import { millisecondsOf } from "../connecting/instants.ts";
import type { Sql } from "../connecting/sql.ts";
import { readSchedules } from "../overview/changed-rows.ts";

const HOUR_MS = 3_600_000;
/** Slots of an hour: no interval is shorter than a second. */
const MOST_SLOTS = 3600;
/** Bounds the memory: an hour has up to 3,600 results of a site at each location. */
const HOURS_AT_ONCE = 500;

/** A part of one UTC hour. */
export interface Piece {
  readonly range: number;
  readonly siteId: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Hours whose results retention dropped are left out. */
const HOURS = `
  SELECT site_id AS "siteId", ${millisecondsOf("hour", "startMs")}, sum(up + degraded + down)::integer AS results
  FROM unnest($1::uuid[], $2::timestamptz[]) AS wanted (id, starts)
  JOIN uptime_hourly ON site_id = wanted.id AND hour = wanted.starts
  WHERE hour >= to_timestamp($3 / 1000.0) AND hour <= to_timestamp($4 / 1000.0)
    AND hour >= coalesce((SELECT dropped_before FROM result_retention), '-infinity')
  GROUP BY site_id, hour`;

const RESULTS = `
  SELECT result.site_id AS "siteId", ${millisecondsOf("result.slot", "slotMs")}, result.location, result.verdict,
    result.response_time_ms AS "responseTimeMs"`;

/** The bounds of the slots let the planner leave out partitions. */
const AT_SLOTS = `${RESULTS}
  FROM unnest($1::uuid[], $2::timestamptz[]) AS wanted (site_id, slot)
  JOIN check_results AS result ON result.slot = wanted.slot AND result.site_id = wanted.site_id
  WHERE result.slot >= to_timestamp($3 / 1000.0) AND result.slot <= to_timestamp($4 / 1000.0)`;

const IN_HOUR = `${RESULTS}
  FROM check_results AS result
  WHERE result.slot >= to_timestamp($2 / 1000.0) AND result.slot < to_timestamp($2 / 1000.0) + interval '1 hour'
    AND result.site_id = ANY ($1::uuid[])`;

type ResultRow = {
  readonly siteId: string;
  readonly slotMs: number;
  readonly location: string;
  readonly verdict: Verdict;
  readonly responseTimeMs: number | null;
};

interface SiteHour {
  readonly siteId: string;
  readonly startMs: number;
  readonly results: number;
}

/** Calls `visit` once for each piece and location with results. */
export async function readPieces(
  sql: Sql,
  pieces: readonly Piece[],
  visit: (count: RangeCount) => void,
): Promise<void> {
  const byHour = Map.groupBy(pieces, ({ siteId, fromMs }) => hourKey(siteId, startOfHour(fromMs)));
  const schedules = await schedulesOf(sql, pieces);
  const keys = [...byHour.keys()];
  for (let at = 0; at < keys.length; at += HOURS_AT_ONCE) {
    const some = keys.slice(at, at + HOURS_AT_ONCE).flatMap((key) => byHour.get(key)?.[0] ?? []);
    const hours = await readHours(sql, some);
    for (const [key, results] of await readResults(sql, hours, schedules)) {
      for (const piece of byHour.get(key) ?? []) countPiece(piece, results, visit);
    }
  }
}

async function schedulesOf(
  sql: Sql,
  pieces: readonly Piece[],
): Promise<ReadonlyMap<string, readonly SchedulePeriod[]>> {
  const siteIds = [...new Set(pieces.map(({ siteId }) => siteId))];
  const fromMs = pieces.reduce((first, piece) => Math.min(first, piece.fromMs), Number.POSITIVE_INFINITY);
  const rows = await readSchedules(sql, siteIds, startOfHour(fromMs));
  return Map.groupBy(rows, ({ siteId }) => siteId);
}

async function readHours(sql: Sql, pieces: readonly Piece[]): Promise<readonly SiteHour[]> {
  const starts = pieces.map(({ fromMs }) => startOfHour(fromMs));
  return await sql.rows<SiteHour & Record<string, unknown>>(HOURS, [
    uuidColumn(pieces.map(({ siteId }) => siteId)),
    instantColumn(starts),
    Math.min(...starts),
    Math.max(...starts),
  ]);
}

/** The results of each hour, by its key. */
async function readResults(
  sql: Sql,
  hours: readonly SiteHour[],
  schedules: ReadonlyMap<string, readonly SchedulePeriod[]>,
): Promise<ReadonlyMap<string, readonly ResultRow[]>> {
  const wanted = hours.flatMap(({ siteId, startMs }) =>
    dueSlots(siteId, withRunningSlot(schedules.get(siteId) ?? []), {
      fromMs: startMs,
      toMs: startMs + HOUR_MS,
      most: MOST_SLOTS,
    }).map((slotMs) => ({ siteId, slotMs })),
  );
  const slots = wanted.map(({ slotMs }) => slotMs);
  const values = [uuidColumn(wanted.map(({ siteId }) => siteId)), instantColumn(slots)];
  const bounds = slots.reduce(
    ({ first, last }, slotMs) => ({ first: Math.min(first, slotMs), last: Math.max(last, slotMs) }),
    { first: Number.POSITIVE_INFINITY, last: Number.NEGATIVE_INFINITY },
  );
  const rows =
    slots.length === 0 ? [] : await sql.rows<ResultRow>(AT_SLOTS, [...values, bounds.first, bounds.last]);
  const found = Map.groupBy(rows, keyOf);
  const incomplete = hours.filter(
    ({ siteId, startMs, results }) => (found.get(hourKey(siteId, startMs))?.length ?? 0) < results,
  );
  for (const [startMs, some] of Map.groupBy(incomplete, (hour) => hour.startMs)) {
    const siteIds = uuidColumn(some.map(({ siteId }) => siteId));
    const searched = await sql.rows<ResultRow>(IN_HOUR, [siteIds, startMs]);
    for (const [key, results] of Map.groupBy(searched, keyOf)) found.set(key, results);
  }
  return found;
}

function countPiece(
  { range, fromMs, toMs }: Piece,
  results: readonly ResultRow[],
  visit: (count: RangeCount) => void,
): void {
  const within = results.filter(({ slotMs }) => slotMs >= fromMs && slotMs < toMs);
  for (const [location, own] of Map.groupBy(within, (result) => result.location)) {
    const counts = { up: 0, degraded: 0, down: 0 };
    const latencies = LatencyHistogram.empty();
    for (const { verdict, responseTimeMs } of own) {
      counts[verdict] += 1;
      if (responseTimeMs !== null) latencies.add(responseTimeMs);
    }
    visit({ range, location, startMs: fromMs, ...counts, latencies });
  }
}

function keyOf({ siteId, slotMs }: ResultRow): string {
  return hourKey(siteId, startOfHour(slotMs));
}

function hourKey(siteId: string, startMs: number): string {
  return `${siteId} ${startMs}`;
}

function startOfHour(instantMs: number): number {
  return Math.floor(instantMs / HOUR_MS) * HOUR_MS;
}

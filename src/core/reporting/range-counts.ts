/**
 * What was counted in ranges of time that begin and end anywhere. A range is taken apart into whole UTC days and hours,
 * for which there are counts, and parts of hours, whose results are counted one by one.
 */
import { DAY_MS } from "../../contract/duration.ts";
import type { LatencyHistogram } from "./latency-histogram.ts";
import type { TimeRange } from "./site-records.ts";

const HOUR_MS = 3_600_000;

export interface SiteRange extends TimeRange {
  readonly siteId: string;
}

/** What was counted at one location in one part of a range. */
export interface RangeCount {
  /** Index of the range among those asked for. */
  readonly range: number;
  readonly location: string;
  /** Start of the part. */
  readonly startMs: number;
  readonly up: number;
  readonly degraded: number;
  readonly down: number;
  readonly latencies: LatencyHistogram;
}

/** Since when counts of hours, and single results, are kept. What of a range needs older ones is not counted. */
export interface KeptSince {
  readonly hoursMs: number;
  readonly resultsMs: number;
}

export interface RangeCounts {
  /** Calls `visit` once for each part and location with results. Throws `UnavailableError`. */
  read(ranges: readonly SiteRange[], visit: (count: RangeCount) => void): Promise<void>;
  keptSince(): Promise<KeptSince>;
}

export interface RangeParts {
  /** Each begins and ends with a UTC day. */
  readonly days: readonly TimeRange[];
  /** Each begins and ends with a UTC hour. */
  readonly hours: readonly TimeRange[];
  /** Each within one UTC hour. */
  readonly pieces: readonly TimeRange[];
}

/** Takes a range apart; the parts do not overlap and leave nothing out. */
export function partsOf(range: TimeRange): RangeParts {
  const days = wholePeriods(range, DAY_MS);
  const aroundDays = days === null ? [range] : around(range, days);
  const hours: TimeRange[] = [];
  const pieces: TimeRange[] = [];
  for (const rest of aroundDays) {
    const whole = wholePeriods(rest, HOUR_MS);
    if (whole !== null) hours.push(whole);
    for (const piece of whole === null ? [rest] : around(rest, whole)) pieces.push(...splitAtHours(piece));
  }
  return { days: days === null ? [] : [days], hours, pieces };
}

/** How much of a range was not counted, because what it needs is older than what is kept. */
export function uncountedMs(range: TimeRange, { hoursMs, resultsMs }: KeptSince): number {
  const { hours, pieces } = partsOf(range);
  const before = (parts: readonly TimeRange[], instantMs: number): number =>
    parts.reduce((sum, part) => sum + Math.max(0, Math.min(part.toMs, instantMs) - part.fromMs), 0);
  return before(hours, hoursMs) + before(pieces, resultsMs);
}

function wholePeriods({ fromMs, toMs }: TimeRange, periodMs: number): TimeRange | null {
  const whole = {
    fromMs: Math.ceil(fromMs / periodMs) * periodMs,
    toMs: Math.floor(toMs / periodMs) * periodMs,
  };
  return whole.fromMs < whole.toMs ? whole : null;
}

function around(range: TimeRange, inner: TimeRange): readonly TimeRange[] {
  return [
    { fromMs: range.fromMs, toMs: inner.fromMs },
    { fromMs: inner.toMs, toMs: range.toMs },
  ].filter(({ fromMs, toMs }) => fromMs < toMs);
}

/** A piece has less than an hour, so that it spans one full hour at most. */
function splitAtHours({ fromMs, toMs }: TimeRange): readonly TimeRange[] {
  const hourMs = Math.ceil(fromMs / HOUR_MS) * HOUR_MS;
  if (hourMs <= fromMs || hourMs >= toMs) return [{ fromMs, toMs }];
  return [
    { fromMs, toMs: hourMs },
    { fromMs: hourMs, toMs },
  ];
}

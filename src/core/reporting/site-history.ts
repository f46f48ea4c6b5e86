/** Turns what is recorded of a site into parallel lists for a graph. Pure. */
import type { History, HistoryResolution } from "../../contract/api/sites/results.ts";
import type { CheckResult } from "../../contract/checks/check-result.ts";
import { DAY_MS } from "../../contract/duration.ts";
import { countDueSlots, dueSlots, type SchedulePeriod } from "./due-slots.ts";
import { Rollup } from "./rollup.ts";
import type { LocationRollup, TimeRange } from "./site-records.ts";

export const HOUR_MS = 3_600_000;
const PERCENTILES = [0.5, 0.95, 0.99];
const LONGEST_RAW_MS = 6 * HOUR_MS;
const LONGEST_HOURLY_MS = 31 * DAY_MS;

export type Series = Pick<
  History,
  | "startsAt"
  | "up"
  | "degraded"
  | "down"
  | "due"
  | "phases"
  | "meanMs"
  | "p50Ms"
  | "p95Ms"
  | "p99Ms"
  | "locations"
>;

export function resolutionFor({ fromMs, toMs }: TimeRange): HistoryResolution {
  const lengthMs = toMs - fromMs;
  if (lengthMs <= LONGEST_RAW_MS) return "raw";
  return lengthMs <= LONGEST_HOURLY_MS ? "hour" : "day";
}

interface Scheduled {
  readonly siteId: string;
  readonly schedule: readonly SchedulePeriod[];
  /** Slots from here on are not due yet. */
  readonly dueUntilMs: number;
}

/** `range` begins and ends with a period. A period without results has zeros and nulls. */
export function seriesOfRollups(
  rollups: readonly LocationRollup[],
  range: TimeRange,
  periodMs: number,
  { siteId, schedule, dueUntilMs }: Scheduled,
): Series {
  const periods = Math.round((range.toMs - range.fromMs) / periodMs);
  const indexOf = (startMs: number): number => Math.round((startMs - range.fromMs) / periodMs);
  const merged = Array.from({ length: periods }, () => new Rollup());
  for (const rollup of rollups) merged[indexOf(rollup.startMs)]?.merge(asRollup(rollup));
  const percentiles = merged.map(({ latencies }) => latencies.percentiles(PERCENTILES));
  const means = merged.map(({ phases, latencies }) => phases.means(latencies.total));
  return {
    startsAt: merged.map((_, index) => new Date(range.fromMs + index * periodMs).toISOString()),
    up: merged.map(({ up }) => up),
    degraded: merged.map(({ degraded }) => degraded),
    down: merged.map(({ down }) => down),
    due: [
      ...countDueSlots(siteId, schedule, { fromMs: range.fromMs, periodMs, periods, untilMs: dueUntilMs }),
    ],
    phases: {
      dns: means.map((mean) => tenths(mean?.dnsMs)),
      connect: means.map((mean) => tenths(mean?.connectMs)),
      tls: means.map((mean) => tenths(mean?.tlsMs)),
      firstByte: means.map((mean) => tenths(mean?.firstByteMs)),
      download: means.map((mean) => tenths(mean?.downloadMs)),
    },
    meanMs: merged.map(meanOf),
    p50Ms: percentiles.map(([p50Ms]) => tenths(p50Ms)),
    p95Ms: percentiles.map(([, p95Ms]) => tenths(p95Ms)),
    p99Ms: percentiles.map(([, , p99Ms]) => tenths(p99Ms)),
    locations: [...Map.groupBy(rollups, ({ location }) => location)].sort(byName).map(([location, own]) => {
      const byIndex = new Map(own.map((rollup) => [indexOf(rollup.startMs), asRollup(rollup)]));
      const series = merged.map((_, index) => byIndex.get(index) ?? new Rollup());
      return {
        location,
        meanMs: series.map(meanOf),
        p95Ms: series.map(({ latencies }) => tenths(latencies.percentiles([0.95])[0])),
        results: series.map(({ up, degraded, down }) => up + degraded + down),
      };
    }),
  };
}

/** One period for each due slot, and for each slot with a result. Percentiles of single results mean nothing. */
export function seriesOfResults(
  results: readonly CheckResult[],
  range: TimeRange,
  { siteId, schedule, dueUntilMs }: Scheduled,
): Series {
  const toMs = Math.min(range.toMs, dueUntilMs);
  const due = new Set(dueSlots(siteId, schedule, { fromMs: range.fromMs, toMs, most: MOST_RAW }));
  const bySlot = Map.groupBy(results, ({ slot }) => Date.parse(slot));
  const slots = [...new Set([...due, ...bySlot.keys()])].sort((a, b) => a - b);
  const seen = slots.map((slotMs) => bySlot.get(slotMs) ?? []);
  const count = (verdict: CheckResult["verdict"]): number[] =>
    seen.map((some) => some.filter((result) => result.verdict === verdict).length);
  const phase = (name: "dnsMs" | "connectMs" | "tlsMs" | "firstByteMs" | "downloadMs"): (number | null)[] =>
    seen.map((some) => mean(some.flatMap(({ timings }) => (timings === null ? [] : (timings[name] ?? 0)))));
  const none = slots.map(() => null);
  const locations = [...new Set(results.map(({ location }) => location))].sort();
  return {
    startsAt: slots.map((slotMs) => new Date(slotMs).toISOString()),
    up: count("up"),
    degraded: count("degraded"),
    down: count("down"),
    due: slots.map((slotMs) => (due.has(slotMs) ? 1 : 0)),
    phases: {
      dns: phase("dnsMs"),
      connect: phase("connectMs"),
      tls: phase("tlsMs"),
      firstByte: phase("firstByteMs"),
      download: phase("downloadMs"),
    },
    meanMs: seen.map(meanResponseTime),
    p50Ms: none,
    p95Ms: none,
    p99Ms: none,
    locations: locations.map((location) => {
      const own = seen.map((some) => some.filter((result) => result.location === location));
      return {
        location,
        meanMs: own.map(meanResponseTime),
        p95Ms: none,
        results: own.map(({ length }) => length),
      };
    }),
  };
}

/** Largest number of results or slots of a raw history. */
export const MOST_RAW = 20_000;

function asRollup(counted: LocationRollup): Rollup {
  const rollup = new Rollup();
  rollup.up = counted.up;
  rollup.degraded = counted.degraded;
  rollup.down = counted.down;
  rollup.responseTimeSumMs = counted.responseTimeSumMs;
  rollup.latencies.merge(counted.latencies);
  rollup.phases.merge(counted.phases);
  return rollup;
}

function meanOf({ responseTimeSumMs, latencies }: Rollup): number | null {
  return latencies.total === 0 ? null : tenths(responseTimeSumMs / latencies.total);
}

function meanResponseTime(results: readonly CheckResult[]): number | null {
  return mean(results.flatMap(({ responseTimeMs }) => responseTimeMs ?? []));
}

function mean(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  return tenths(values.reduce((sum, value) => sum + value, 0) / values.length);
}

function tenths(valueMs: number | null | undefined): number | null {
  return valueMs === null || valueMs === undefined ? null : Math.round(valueMs * 10) / 10;
}

function byName([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
}

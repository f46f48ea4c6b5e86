/** A history as the aligned lists that uPlot draws. The first list is the axis of time, in seconds. */
import type { History } from "../../../src/contract/api/sites/results.ts";
import { phaseNames, type Series, stackPhases } from "./stacking.ts";

export interface GraphData {
  readonly seconds: readonly number[];
  readonly series: readonly Series[];
}

const HOUR_SECONDS = 3600;

/** The middle of each hour or day, which its values stand for; a single result stands where its slot is. */
function middles({ startsAt, resolution }: History): readonly number[] {
  const half = resolution === "raw" ? 0 : resolution === "hour" ? HOUR_SECONDS / 2 : HOUR_SECONDS * 12;
  return startsAt.map((instant) => Date.parse(instant) / 1000 + half);
}

/** Upper edges, the last phase (the whole response time) first, so that each is filled down to the next. */
export function phaseData(history: History): GraphData {
  const stacked = stackPhases(history.phases);
  return { seconds: middles(history), series: phaseNames.toReversed().map((name) => stacked[name]) };
}

/** p99, p95 and p50. */
export function percentileData(history: History): GraphData {
  return { seconds: middles(history), series: [history.p99Ms, history.p95Ms, history.p50Ms] };
}

/** The mean at each location, in the order of the history. */
export function locationData(history: History): GraphData {
  return { seconds: middles(history), series: history.locations.map(({ meanMs }) => meanMs) };
}

/** Mean of the values that are there; null when none is. */
export function meanOf(series: Series): number | null {
  let sum = 0;
  let count = 0;
  for (const value of series) {
    if (value === null) continue;
    sum += value;
    count += 1;
  }
  return count === 0 ? null : sum / count;
}

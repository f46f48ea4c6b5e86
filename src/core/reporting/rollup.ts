/** What is counted of results: how many were up, degraded and down, and how long they took, by site, place and period. */
import type { CheckResult } from "../../contract/check-result.ts";
import { LatencyHistogram } from "./latency-histogram.ts";

export interface RollupKey {
  readonly siteId: string;
  readonly location: string;
  /** Start of the UTC hour or day, milliseconds since the epoch. */
  readonly startMs: number;
}

export class Rollup {
  up = 0;
  degraded = 0;
  down = 0;
  responseTimeSumMs = 0;
  readonly latencies: LatencyHistogram;

  constructor(latencies: LatencyHistogram = LatencyHistogram.empty()) {
    this.latencies = latencies;
  }

  add(result: Pick<CheckResult, "verdict" | "responseTimeMs">): void {
    this[result.verdict] += 1;
    if (result.responseTimeMs === null) return;
    this.responseTimeSumMs += result.responseTimeMs;
    this.latencies.add(result.responseTimeMs);
  }

  merge(other: Rollup): void {
    this.up += other.up;
    this.degraded += other.degraded;
    this.down += other.down;
    this.responseTimeSumMs += other.responseTimeSumMs;
    this.latencies.merge(other.latencies);
  }
}

export interface KeyedRollup {
  readonly key: RollupKey;
  readonly rollup: Rollup;
}

/** Folds results into one rollup for each site, location and period of `periodMs`, in the order of their keys. */
export function rollUp(results: Iterable<CheckResult>, periodMs: number): readonly KeyedRollup[] {
  const rollups = new Map<string, KeyedRollup>();
  for (const result of results) {
    const slotMs = Date.parse(result.slot);
    const startMs = slotMs - (((slotMs % periodMs) + periodMs) % periodMs);
    const name = `${result.siteId} ${startMs} ${result.location}`;
    let keyed = rollups.get(name);
    if (keyed === undefined) {
      const { siteId, location } = result;
      keyed = { key: { siteId, location, startMs }, rollup: new Rollup() };
      rollups.set(name, keyed);
    }
    keyed.rollup.add(result);
  }
  return [...rollups.values()].sort((a, b) => compareKeys(a.key, b.key));
}

/** One order for everyone, so that two writers of the same rollups wait for each other and never in a circle. */
function compareKeys(a: RollupKey, b: RollupKey): number {
  return compare(a.siteId, b.siteId) || a.startMs - b.startMs || compare(a.location, b.location);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

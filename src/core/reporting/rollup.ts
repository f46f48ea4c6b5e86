/** Rollups: counts of up, degraded and down results, and their response times, by site, location and period. */
import type { Timings, Verdict } from "../../contract/checks/check-result.ts";
import { LatencyHistogram } from "./latency-histogram.ts";
import { PhaseSums } from "./phase-sums.ts";

interface RollupKey {
  readonly siteId: string;
  readonly location: string;
  /** Start of the UTC hour or day, milliseconds since the epoch. */
  readonly startMs: number;
}

/** The fields of a result that a rollup uses. */
export interface CountedResult {
  readonly siteId: string;
  readonly location: string;
  /** Milliseconds since the epoch. */
  readonly slotMs: number;
  readonly verdict: Verdict;
  readonly responseTimeMs: number | null;
  readonly timings: Timings | null;
}

export class Rollup {
  up = 0;
  degraded = 0;
  down = 0;
  responseTimeSumMs = 0;
  readonly latencies: LatencyHistogram;
  /** Of all results with timings. */
  readonly phases: PhaseSums;

  constructor(latencies: LatencyHistogram = LatencyHistogram.empty(), phases = new PhaseSums()) {
    this.latencies = latencies;
    this.phases = phases;
  }

  add({ verdict, responseTimeMs, timings }: CountedResult): void {
    this[verdict] += 1;
    if (timings !== null) this.phases.add(timings);
    if (responseTimeMs === null) return;
    this.responseTimeSumMs += responseTimeMs;
    this.latencies.add(responseTimeMs);
  }

  merge(other: Rollup): void {
    this.up += other.up;
    this.degraded += other.degraded;
    this.down += other.down;
    this.responseTimeSumMs += other.responseTimeSumMs;
    this.latencies.merge(other.latencies);
    this.phases.merge(other.phases);
  }
}

export interface KeyedRollup {
  readonly key: RollupKey;
  readonly rollup: Rollup;
}

/** Returns one rollup per site, location and period of `periodMs` milliseconds, ordered by key. */
export function rollUp(results: Iterable<CountedResult>, periodMs: number): readonly KeyedRollup[] {
  const rollups = new RollupsByKey();
  for (const result of results) {
    const { siteId, location, slotMs } = result;
    rollups.get(siteId, location, periodStart(slotMs, periodMs)).add(result);
  }
  return rollups.inKeyOrder();
}

/** Merges rollups of shorter periods into rollups of longer periods, ordered by key. */
export function rollUpFurther(shorter: readonly KeyedRollup[], periodMs: number): readonly KeyedRollup[] {
  const rollups = new RollupsByKey();
  for (const { key, rollup } of shorter) {
    rollups.get(key.siteId, key.location, periodStart(key.startMs, periodMs)).merge(rollup);
  }
  return rollups.inKeyOrder();
}

class RollupsByKey {
  readonly #rollups = new Map<string, KeyedRollup>();
  /** Cache of the last lookup: results arrive ordered by site and time, so the next key is often the same. */
  #last: KeyedRollup | null = null;

  get(siteId: string, location: string, startMs: number): Rollup {
    const last = this.#last;
    if (last?.key.siteId === siteId && last.key.startMs === startMs && last.key.location === location) {
      return last.rollup;
    }
    const name = `${siteId} ${startMs} ${location}`;
    const known = this.#rollups.get(name);
    const found = known ?? { key: { siteId, location, startMs }, rollup: new Rollup() };
    if (known === undefined) this.#rollups.set(name, found);
    this.#last = found;
    return found.rollup;
  }

  /** A fixed lock order: two transactions that write the same rollups cannot deadlock. */
  inKeyOrder(): readonly KeyedRollup[] {
    return [...this.#rollups.values()].sort(
      ({ key: a }, { key: b }) =>
        compare(a.siteId, b.siteId) || a.startMs - b.startMs || compare(a.location, b.location),
    );
  }
}

function periodStart(instantMs: number, periodMs: number): number {
  return Math.floor(instantMs / periodMs) * periodMs;
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

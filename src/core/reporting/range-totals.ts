/** Sums of what was counted in ranges of time. */
import { LatencyHistogram } from "./latency-histogram.ts";
import type { RangeCounts } from "./range-counts.ts";
import type { TimeRange } from "./site-records.ts";

/** Results by verdict. */
export interface Counts {
  readonly up: number;
  readonly degraded: number;
  readonly down: number;
}

export interface RangeTotal extends Counts {
  readonly latencies: LatencyHistogram;
}

/** Ranges of one site that are summed up; they do not overlap. */
export interface Selection {
  readonly siteId: string;
  readonly ranges: readonly TimeRange[];
}

/** Returns one sum for each selection, in their order. Throws `UnavailableError`. */
export async function readTotals(
  rangeCounts: RangeCounts,
  selections: readonly Selection[],
): Promise<readonly RangeTotal[]> {
  const totals = selections.map(() => ({ up: 0, degraded: 0, down: 0, latencies: LatencyHistogram.empty() }));
  const ranges = selections.flatMap(({ siteId, ranges: own }, selection) =>
    own.map((range) => ({ siteId, selection, ...range })),
  );
  if (ranges.length === 0) return totals;
  await rangeCounts.read(ranges, ({ range, up, degraded, down, latencies }) => {
    const total = totals[ranges[range]?.selection ?? -1];
    if (total === undefined) return;
    total.up += up;
    total.degraded += degraded;
    total.down += down;
    total.latencies.merge(latencies);
  });
  return totals;
}

export const NO_RESULTS: Counts = { up: 0, degraded: 0, down: 0 };

export function goodOf({ up, degraded }: Counts): number {
  return up + degraded;
}

export function resultsOf({ up, degraded, down }: Counts): number {
  return up + degraded + down;
}

/** Counts without those of `excluded`. */
export function difference(all: Counts, excluded: Counts): Counts {
  return {
    up: Math.max(0, all.up - excluded.up),
    degraded: Math.max(0, all.degraded - excluded.degraded),
    down: Math.max(0, all.down - excluded.down),
  };
}

/** What was seen in each period: the strip under the graph, where what was not observed is a visible gap. */
import type { History } from "../../../src/contract/api/sites/results.ts";
import type { TimeRange } from "./range.ts";

export type PeriodState = "up" | "degraded" | "down" | "gap" | "not due";

/** Consecutive periods of the same state. */
export interface AvailabilitySpan {
  readonly state: PeriodState;
  readonly fromMs: number;
  readonly toMs: number;
  readonly results: number;
  readonly due: number;
}

type Counts = Pick<History, "startsAt" | "up" | "degraded" | "down" | "due">;

/** The worst that was seen in a period; a gap where checks were due and none has a result. */
function periodState({ up, degraded, down, due }: Counts, period: number): PeriodState {
  if ((down[period] ?? 0) > 0) return "down";
  if ((degraded[period] ?? 0) > 0) return "degraded";
  if ((up[period] ?? 0) > 0) return "up";
  return (due[period] ?? 0) > 0 ? "gap" : "not due";
}

/** The periods of a history as spans within the range, ascending; neighbours of the same state are one. */
export function availabilitySpans(counts: Counts, range: TimeRange): readonly AvailabilitySpan[] {
  const starts = counts.startsAt.map((instant) => Date.parse(instant));
  const spans: AvailabilitySpan[] = [];
  for (const [period, startMs] of starts.entries()) {
    const fromMs = Math.max(range.fromMs, startMs);
    const toMs = Math.min(range.toMs, starts[period + 1] ?? range.toMs);
    if (toMs <= fromMs) continue;
    const state = periodState(counts, period);
    const results = (counts.up[period] ?? 0) + (counts.degraded[period] ?? 0) + (counts.down[period] ?? 0);
    const due = counts.due[period] ?? 0;
    const last = spans.at(-1);
    if (last?.state === state && last.toMs === fromMs) {
      spans[spans.length - 1] = { ...last, toMs, results: last.results + results, due: last.due + due };
    } else {
      spans.push({ state, fromMs, toMs, results, due });
    }
  }
  return spans;
}

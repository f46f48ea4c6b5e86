/** Lists of time ranges: in order of time, not overlapping, not empty. */
import type { TimeRange } from "./site-records.ts";

/** Clips ranges in any order to a range, joins those that overlap or touch, and orders them by time. */
export function joinedWithin(
  ranges: readonly TimeRange[],
  { fromMs, toMs }: TimeRange,
): readonly TimeRange[] {
  const joined: { fromMs: number; toMs: number }[] = [];
  const clipped = ranges
    .map((range) => ({ fromMs: Math.max(range.fromMs, fromMs), toMs: Math.min(range.toMs, toMs) }))
    .filter((range) => range.fromMs < range.toMs)
    .sort((a, b) => a.fromMs - b.fromMs);
  for (const range of clipped) {
    const last = joined.at(-1);
    if (last === undefined || last.toMs < range.fromMs) joined.push(range);
    else last.toMs = Math.max(last.toMs, range.toMs);
  }
  return joined;
}

/** What is left of a range without `removed`, which is a list as above. */
export function without(range: TimeRange, removed: readonly TimeRange[]): readonly TimeRange[] {
  const left: TimeRange[] = [];
  let { fromMs } = range;
  for (const hole of removed) {
    if (hole.toMs <= fromMs) continue;
    if (hole.fromMs >= range.toMs) break;
    if (hole.fromMs > fromMs) left.push({ fromMs, toMs: hole.fromMs });
    fromMs = hole.toMs;
  }
  if (fromMs < range.toMs) left.push({ fromMs, toMs: range.toMs });
  return left;
}

export function totalMs(ranges: readonly TimeRange[]): number {
  return ranges.reduce((sum, { fromMs, toMs }) => sum + (toMs - fromMs), 0);
}

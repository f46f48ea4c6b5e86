/** The range that an address names. One that ends now moves once a minute, not with each render. */
import { useMemo } from "react";
import { useNow } from "../design/clock.ts";
import { type RangeSearch, rangeOf, type TimeRange } from "./range.ts";

const minuteMs = 60_000;

export function useRange({ range: preset, from, to }: RangeSearch): {
  readonly range: TimeRange;
  /** The end of this minute. */
  readonly nowMs: number;
} {
  const nowMs = Math.ceil(useNow(10) / minuteMs) * minuteMs;
  const range = useMemo(() => rangeOf({ range: preset, from, to }, nowMs), [preset, from, to, nowMs]);
  return { range, nowMs };
}

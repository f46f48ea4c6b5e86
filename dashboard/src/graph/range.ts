/**
 * The range of time that the page shows, as it stands in the address: a preset that ends now (`?range=24h`), or two
 * instants (`?from=…&to=…`) after zooming.
 */
import type { HistoryResolution } from "../../../src/contract/api/sites/results.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export const presets = ["1h", "6h", "24h", "7d", "30d", "90d", "1y"] as const;
export type Preset = (typeof presets)[number];

const presetMs: Readonly<Record<Preset, number>> = {
  "1h": HOUR_MS,
  "6h": 6 * HOUR_MS,
  "24h": DAY_MS,
  "7d": 7 * DAY_MS,
  "30d": 30 * DAY_MS,
  "90d": 90 * DAY_MS,
  "1y": 365 * DAY_MS,
};

/** What the page shows when the address says nothing. */
export const usualPreset: Preset = "24h";

const shortestRangeMs = HOUR_MS;
const longestRangeMs = 366 * DAY_MS;

/** Milliseconds since 1970. */
export interface TimeRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The parameters of an address. A preset is omitted when it is the usual one. */
export interface RangeSearch {
  readonly range?: Preset | undefined;
  /** ISO 8601; both or none. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** Reads the parameters of an address. Drops what is unknown, reversed or not an instant. */
export function parseRangeSearch(search: Readonly<Record<string, unknown>>): RangeSearch {
  const fromMs = instantOf(search.from);
  const toMs = instantOf(search.to);
  if (fromMs !== null && toMs !== null && fromMs < toMs) return searchOf({ fromMs, toMs });
  const range = presets.find((each) => each === search.range);
  return range === undefined || range === usualPreset ? {} : { range };
}

function instantOf(value: unknown): number | null {
  if (typeof value !== "string") return null;
  const instant = Date.parse(value);
  return Number.isNaN(instant) ? null : instant;
}

/** The range that an address names. A preset ends at the next full minute, so that a re-render asks for the same. */
export function rangeOf(search: RangeSearch, nowMs: number): TimeRange {
  if (search.from !== undefined && search.to !== undefined) {
    return { fromMs: Date.parse(search.from), toMs: Date.parse(search.to) };
  }
  const toMs = Math.ceil(nowMs / 60_000) * 60_000;
  return { fromMs: toMs - presetMs[search.range ?? usualPreset], toMs };
}

/** The address of a range. Ranges shorter than an hour or longer than a year are adjusted around their middle. */
export function searchOf({ fromMs, toMs }: TimeRange): RangeSearch {
  const lengthMs = Math.min(longestRangeMs, Math.max(shortestRangeMs, toMs - fromMs));
  const middleMs = (fromMs + toMs) / 2;
  const startMs = Math.round((middleMs - lengthMs / 2) / 1000) * 1000;
  return {
    from: new Date(startMs).toISOString().replace(".000Z", "Z"),
    to: new Date(startMs + Math.round(lengthMs / 1000) * 1000).toISOString().replace(".000Z", "Z"),
  };
}

/** The next longer range around the same middle; it does not reach beyond now. Null when there is none. */
export function widened({ fromMs, toMs }: TimeRange, nowMs: number): TimeRange | null {
  const lengthMs = toMs - fromMs;
  const longer = presets.find((preset) => presetMs[preset] > lengthMs * 1.05);
  if (longer === undefined) return null;
  const widerMs = presetMs[longer];
  const endMs = Math.min(nowMs, (fromMs + toMs) / 2 + widerMs / 2);
  return { fromMs: endMs - widerMs, toMs: endMs };
}

/** The middle half. */
export function narrowed({ fromMs, toMs }: TimeRange): TimeRange {
  const quarterMs = (toMs - fromMs) / 4;
  return { fromMs: fromMs + quarterMs, toMs: toMs - quarterMs };
}

/** Moves by half of the length, back (-1) or forth (1), not beyond now. */
export function moved({ fromMs, toMs }: TimeRange, direction: -1 | 1, nowMs: number): TimeRange {
  const lengthMs = toMs - fromMs;
  const endMs = Math.min(nowMs, toMs + (direction * lengthMs) / 2);
  return { fromMs: endMs - lengthMs, toMs: endMs };
}

/**
 * The resolution of a range: single results for up to six hours, hours for up to 31 days, else days. A request names
 * it, so that the same range has one entry in the cache whatever the server's own choice is.
 */
export function resolutionOf({ fromMs, toMs }: TimeRange): HistoryResolution {
  const lengthMs = toMs - fromMs;
  if (lengthMs <= 6 * HOUR_MS) return "raw";
  return lengthMs <= 31 * DAY_MS ? "hour" : "day";
}

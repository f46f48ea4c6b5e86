/** Converts between instants and local times. A local time is the milliseconds since the epoch of the same time in UTC. */
import { DAY_MS } from "../contract/duration.ts";

/** Returns the local time of an IANA time zone at an instant, to the second. */
export function wallClockOf(instantMs: number, timeZone: string): number {
  const parts = new Map(
    formatOf(timeZone)
      .formatToParts(instantMs)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
  return Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
}

/**
 * Returns the instant of a local time. A time that occurs twice, when clocks go back, is the first occurrence. A time
 * that clocks skip, when they go forward, uses the offset before the gap (RFC 5545, section 3.3.5).
 */
export function instantOf(wallClockMs: number, timeZone: string): number {
  const candidates = [-DAY_MS, DAY_MS].map((nearMs) => {
    const near = wallClockMs + nearMs;
    return wallClockMs - (wallClockOf(near, timeZone) - near);
  });
  const exact = candidates.filter((instantMs) => wallClockOf(instantMs, timeZone) === wallClockMs);
  const [beforeMs = wallClockMs] = candidates;
  return exact.length > 0 ? Math.min(...exact) : beforeMs;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  formats.set(timeZone, format);
  return format;
}

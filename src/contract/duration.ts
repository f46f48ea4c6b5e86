/** Parses and formats durations such as `500ms`, `10s`, `5m`, `24h` and `7d`. */
import { z } from "zod";

export const DAY_MS = 86_400_000;
const UNIT_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: DAY_MS } as const;
const DURATION_PATTERN = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;

/** Parses text to whole milliseconds. */
export const durationSchema = z.string().transform((text, context) => {
  const match = DURATION_PATTERN.exec(text.trim());
  const unit = match?.[2];
  if (match === null || !isUnit(unit)) {
    context.addIssue({
      code: "custom",
      message: "must be a number with a unit, such as 500ms, 10s, 5m, 24h or 7d",
    });
    return z.NEVER;
  }
  return Math.round(Number(match[1]) * UNIT_MS[unit]);
});

function isUnit(text: string | undefined): text is keyof typeof UNIT_MS {
  return text !== undefined && Object.hasOwn(UNIT_MS, text);
}

/** Formats milliseconds with their two largest units, rounded down: 5430000 is `1h 30m`. */
export function readableDuration(durationMs: number): string {
  const units = ["d", "h", "m", "s"] as const;
  const first = units.findIndex((name) => durationMs >= UNIT_MS[name]);
  if (first === -1) return `${Math.round(durationMs)}ms`;
  let restMs = durationMs;
  const parts = units.slice(first, first + 2).map((name) => {
    const count = Math.floor(restMs / UNIT_MS[name]);
    restMs -= count * UNIT_MS[name];
    return count === 0 ? "" : `${count}${name}`;
  });
  return parts.filter((part) => part !== "").join(" ");
}

/** Formats milliseconds as the shortest exact text: 60000 is `1m`. */
export function formatDuration(durationMs: number): string {
  const units = ["d", "h", "m", "s"] as const;
  const unit = durationMs === 0 ? undefined : units.find((name) => durationMs % UNIT_MS[name] === 0);
  return unit === undefined ? `${durationMs}ms` : `${durationMs / UNIT_MS[unit]}${unit}`;
}

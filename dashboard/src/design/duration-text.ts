/** Durations as people type them: `30s`, `5m`, `1h 30m`, `500ms`. */

const unitsMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Milliseconds; null when the text is not a duration. A number without a unit is none: of what would it be? */
export function parseDurationText(text: string): number | null {
  const parts = text
    .trim()
    .toLowerCase()
    .match(/\d+(?:\.\d+)?\s*(?:ms|s|m|h|d)/g);
  if (parts === null || parts.join("").replace(/\s/g, "") !== text.toLowerCase().replace(/\s/g, ""))
    return null;
  let sumMs = 0;
  for (const part of parts) {
    const [, amount = "", unit = ""] = /^([\d.]+)\s*(\D+)$/.exec(part) ?? [];
    sumMs += Number(amount) * (unitsMs[unit] ?? Number.NaN);
  }
  return Number.isFinite(sumMs) ? Math.round(sumMs) : null;
}

/** The shortest text that `parseDurationText` reads back: `90000` is `1m 30s`. */
export function durationText(durationMs: number): string {
  let restMs = durationMs;
  const parts: string[] = [];
  for (const [unit, unitMs] of Object.entries(unitsMs).reverse()) {
    const amount = Math.floor(restMs / unitMs);
    if (amount === 0) continue;
    parts.push(`${amount}${unit}`);
    restMs -= amount * unitMs;
  }
  return parts.length === 0 ? "0s" : parts.join(" ");
}

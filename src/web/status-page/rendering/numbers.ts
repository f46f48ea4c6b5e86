/** Numbers and times as a status page writes them. */
import { html } from "ghtml";
import { formatPercent } from "./formats.ts";
import type { Words } from "./words.ts";

/**
 * A share as a percentage that never rounds trouble away: what is below 100 % is shown below it, with as many digits as
 * that needs, up to four.
 */
export function percentage(share: number, { locale }: Words): string {
  const digits = share >= 1 || share <= 0 ? 0 : ([2, 3, 4].find((count) => rounded(share, count) < 100) ?? 4);
  const shown = share < 1 ? Math.min(rounded(share, digits), 100 - 10 ** -digits) : 100;
  return formatPercent(Math.max(0, shown) / 100, digits, locale);
}

function rounded(share: number, digits: number): number {
  return Number((share * 100).toFixed(digits));
}

/** An instant in UTC; the script of the page shows it in the reader's time zone. */
export function instant(atMs: number, { locale }: Words): string {
  const shown = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" });
  return html`<time datetime="${new Date(atMs).toISOString()}">${shown.format(atMs)} UTC</time>`;
}

/** Two units at most, such as "3 h 12 min". */
export function spanOf(durationMs: number, { locale }: Words): string {
  const minutes = Math.max(1, Math.round(durationMs / 60_000));
  const parts: readonly (readonly [number, string])[] = [
    [Math.floor(minutes / 1440), "day"],
    [Math.floor((minutes % 1440) / 60), "hour"],
    [minutes % 60, "minute"],
  ];
  const firstIndex = parts.findIndex(([count]) => count > 0);
  return parts
    .slice(firstIndex, firstIndex + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) =>
      new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "short" }).format(count),
    )
    .join(" ");
}

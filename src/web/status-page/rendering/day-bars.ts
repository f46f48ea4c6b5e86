/**
 * The history of a site as one small SVG image. Equal days in a row are one line whose dashes are the days, so that a page
 * of 100 sites stays small; each standing has a height of its own, so that the image can be read without its colours.
 */
import { html } from "ghtml";
import type { DayView } from "../../../core/status-pages/page-view.ts";
import { dayFormat } from "./formats.ts";
import type { Words } from "./words.ts";

/** Width of one day in the image: three of the bar and one of the gap behind it, as in status-page.css. */
const DAY_WIDTH = 4;
const HEIGHT = 28;

/** CSS class and vertical middle of the line of a standing. */
const lines: Readonly<Record<DayView["standing"], { readonly className: string; readonly middle: number }>> =
  {
    operational: { className: "u", middle: 16 },
    degraded: { className: "g", middle: 15 },
    "short outage": { className: "s", middle: 15 },
    down: { className: "x", middle: 14 },
    maintenance: { className: "m", middle: 20 },
    gap: { className: "o", middle: 24 },
    "not due": { className: "n", middle: 26 },
  };

export function dayBars(days: readonly DayView[], words: Words): string {
  const width = days.length * DAY_WIDTH;
  const from = new Date(days[0]?.startMs ?? 0).toISOString();
  const codes = days.map(({ standing }) => lines[standing].className).join("");
  return html`<svg class="bars" data-from="${from}" data-days="${codes}" viewBox="0 0 ${width} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${summaryOf(days, words)}">!${runsOf(days).map(lineOf).join("")}</svg>`;
}

/** What the codes of `data-days` mean, for the script of the page. */
export function dayCodes(words: Words): string {
  const entries = Object.entries(words.day).map(([standing, word]) => [codeOf(standing), word]);
  return JSON.stringify(Object.fromEntries(entries));
}

function codeOf(standing: string): string {
  return Object.entries(lines).find(([name]) => name === standing)?.[1].className ?? "";
}

interface Run {
  readonly standing: DayView["standing"];
  readonly first: number;
  count: number;
}

function runsOf(days: readonly DayView[]): readonly Run[] {
  const runs: Run[] = [];
  for (const [index, { standing }] of days.entries()) {
    const last = runs.at(-1);
    if (last?.standing === standing) last.count += 1;
    else runs.push({ standing, first: index, count: 1 });
  }
  return runs;
}

function lineOf({ standing, first, count }: Run): string {
  const { className, middle } = lines[standing];
  return `<path class="${className}" d="M${first * DAY_WIDTH} ${middle}h${count * DAY_WIDTH - 1}"/>`;
}

/** A list of more days is heard to its end by nobody. */
const MOST_NAMED_DAYS = 5;

function summaryOf(days: readonly DayView[], words: Words): string {
  const format = dayFormat(words.locale);
  const having = (standing: DayView["standing"]): readonly DayView[] =>
    days.filter((day) => day.standing === standing);
  const named = (found: readonly DayView[]): readonly string[] | number =>
    found.length > MOST_NAMED_DAYS ? found.length : found.map(({ startMs }) => format.format(startMs));
  return words.summary({
    days: days.length,
    down: named(having("down")),
    shortOutages: named(having("short outage")),
    degraded: having("degraded").length,
    gaps: having("gap").length,
  });
}

/** The words of a printed report, by language. */

import type { UptimeReport } from "../../../contract/api/reports/uptime-report.ts";
import { DAY_MS } from "../../../contract/duration.ts";

export const reportLanguages = ["en", "de"] as const;
export type ReportLanguage = (typeof reportLanguages)[number];

export interface ReportWords {
  readonly locale: string;
  readonly title: string;
  readonly period: (from: string, to: string, timezone: string) => string;
  readonly until: (instant: string) => string;
  readonly names: Readonly<Record<UptimeReport["by"], string>>;
  readonly total: (sites: number) => string;
  readonly uptime: string;
  readonly withMaintenance: string;
  readonly objective: string;
  readonly met: string;
  readonly missed: string;
  readonly budgetLeft: string;
  readonly coverage: string;
  readonly outages: string;
  readonly downtime: string;
  readonly longest: string;
  readonly recovery: string;
  readonly maintenance: string;
  readonly median: string;
  readonly noRows: string;
  readonly explanation: readonly string[];
  readonly notExcluded: (duration: string) => string;
  readonly units: { readonly d: string; readonly h: string; readonly min: string; readonly s: string };
}

export const reportWords: Readonly<Record<ReportLanguage, ReportWords>> = {
  en: {
    locale: "en-GB",
    title: "Uptime report",
    period: (from, to, timezone) => `${from} – ${to} (${timezone})`,
    until: (instant) => `Not over yet: counted until ${instant}`,
    names: { site: "Site", tag: "Tag", group: "Group" },
    total: (sites) => (sites === 1 ? "1 site" : `All ${sites} sites`),
    uptime: "Uptime",
    withMaintenance: "with maintenance",
    objective: "Objective",
    met: "met",
    missed: "missed",
    budgetLeft: "Error budget left",
    coverage: "Observed",
    outages: "Outages",
    downtime: "Downtime",
    longest: "Longest",
    recovery: "Mean recovery",
    maintenance: "Maintenance",
    median: "Median",
    noRows: "There is nothing to report for this period.",
    explanation: [
      "Uptime is the share of the checks outside planned maintenance that found the site up.",
      "Observed is the share of the planned checks that took place; time nobody observed counts neither as up nor as down.",
      "The error budget is the time that the objective allows to be down.",
    ],
    notExcluded: (duration) =>
      `${duration} of planned maintenance count like other time, because the single results are no longer kept.`,
    units: { d: "d", h: "h", min: "min", s: "s" },
  },
  de: {
    locale: "de-DE",
    title: "Verfügbarkeitsbericht",
    period: (from, to, timezone) => `${from} – ${to} (${timezone})`,
    until: (instant) => `Noch nicht vorbei: gezählt bis ${instant}`,
    names: { site: "Site", tag: "Tag", group: "Gruppe" },
    total: (sites) => (sites === 1 ? "1 Site" : `Alle ${sites} Sites`),
    uptime: "Verfügbarkeit",
    withMaintenance: "mit Wartung",
    objective: "Ziel",
    met: "erreicht",
    missed: "verfehlt",
    budgetLeft: "Fehlerbudget übrig",
    coverage: "Beobachtet",
    outages: "Ausfälle",
    downtime: "Ausfallzeit",
    longest: "Längster",
    recovery: "Ø bis zur Erholung",
    maintenance: "Wartung",
    median: "Median",
    noRows: "Für diesen Zeitraum gibt es nichts zu berichten.",
    explanation: [
      "Verfügbarkeit ist der Anteil der Prüfungen außerhalb geplanter Wartung, bei denen die Site erreichbar war.",
      "Beobachtet ist der Anteil der geplanten Prüfungen, die stattfanden; unbeobachtete Zeit zählt weder als verfügbar noch als ausgefallen.",
      "Das Fehlerbudget ist die Ausfallzeit, die das Ziel zulässt.",
    ],
    notExcluded: (duration) =>
      `${duration} geplante Wartung zählen wie übrige Zeit, weil die einzelnen Ergebnisse nicht mehr aufbewahrt werden.`,
    units: { d: "T", h: "Std", min: "Min", s: "s" },
  },
};

/** Rounded down to five significant decimals of a per cent, so that only a whole is shown as 100 %. */
export function shareText(share: number | null, { locale }: ReportWords): string {
  if (share === null) return "–";
  const format = new Intl.NumberFormat(locale, { minimumFractionDigits: 0, maximumFractionDigits: 3 });
  const perCent = Math.floor(share * 100_000 + 1e-6) / 1000;
  return `${format.format(perCent)}\u00a0%`;
}

/** With its two largest units. */
export function durationText(durationMs: number | null, { units }: ReportWords): string {
  if (durationMs === null) return "–";
  if (durationMs === 0) return "0";
  const parts: readonly (readonly [number, string])[] = [
    [DAY_MS, units.d],
    [3_600_000, units.h],
    [60_000, units.min],
    [1000, units.s],
  ];
  const first = parts.findIndex(([unitMs]) => durationMs >= unitMs);
  if (first === -1) return `<\u00a01\u00a0${units.s}`;
  let restMs = durationMs;
  const texts = parts.slice(first, first + 2).map(([unitMs, unit]) => {
    const count = Math.floor(restMs / unitMs);
    restMs -= count * unitMs;
    return count === 0 ? "" : `${count}\u00a0${unit}`;
  });
  return texts.filter((text) => text !== "").join(" ");
}

/** Writes a report as one HTML document, for the screen and for paper: it prints to A4 with page numbers. */
import { html } from "ghtml";
import type { ReportRow, UptimeReport } from "../../../contract/api/reports/uptime-report.ts";
import { REPORT_STYLES } from "./report-styles.ts";
import {
  durationText,
  type ReportLanguage,
  type ReportWords,
  reportWords,
  shareText,
} from "./report-words.ts";

interface HtmlOptions {
  readonly language: ReportLanguage;
  /** Address of the styles; they are part of the document when null. */
  readonly stylesheet: string | null;
}

export function reportHtml(report: UptimeReport, { language, stylesheet }: HtmlOptions): string {
  const words = reportWords[language];
  const period = periodText(report, words);
  const styles =
    stylesheet === null
      ? html`<style>!${REPORT_STYLES}</style>`
      : html`<link rel="stylesheet" href="${stylesheet}">`;
  const isOver = report.untilAt === report.toAt;
  const until = isOver ? "" : html`<p class="until">${words.until(instantText(report, words))}</p>`;
  const body =
    report.items.length === 0
      ? html`<p class="none">${words.noRows}</p>`
      : html`!${summary(report.total, words)}!${table(report, words)}`;
  return html`<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>${words.title} · ${period}</title>!${styles}</head>
<body><main>
<header><h1>${words.title}</h1><p class="period">${period}</p>!${until}</header>
!${body}
<footer>!${notesOf(report, words)
    .map((note) => html`<p>${note}</p>`)
    .join("")}</footer>
</main></body></html>
`;
}

function summary(total: ReportRow, words: ReportWords): string {
  const figures: readonly (readonly [string, string, string])[] = [
    [words.uptime, shareText(total.uptime, words), withMaintenance(total, words)],
    ...(total.objective === null
      ? []
      : [
          [words.objective, shareText(total.objective, words), verdict(total, words)] as const,
          [words.budgetLeft, shareText(total.budgetLeft, words), ""] as const,
        ]),
    [words.coverage, shareText(total.coverage, words), ""],
    [
      words.outages,
      new Intl.NumberFormat(words.locale).format(total.outages),
      durationText(total.downMs, words),
    ],
  ];
  const items = figures.map(
    ([name, value, note]) =>
      html`<div><dt>${name}</dt><dd>${value}!${note === "" ? "" : html` <small>${note}</small>`}</dd></div>`,
  );
  return html`<dl class="summary">!${items.join("")}</dl>`;
}

function table({ by, items, total }: UptimeReport, words: ReportWords): string {
  const hasObjective = [...items, total].some(({ objective }) => objective !== null);
  const objectiveHeads = hasObjective
    ? html`<th scope="col">${words.objective}</th><th scope="col">${words.budgetLeft}</th>`
    : "";
  const totals =
    items.length > 1
      ? html`<tfoot>!${row(total, words.total(total.sites), { words, hasObjective })}</tfoot>`
      : "";
  return html`<div class="table" role="region" aria-label="${words.title}" tabindex="0"><table>
<thead><tr><th scope="col">${words.names[by]}</th><th scope="col">${words.uptime}</th>!${objectiveHeads}<th scope="col">${words.coverage}</th><th scope="col">${words.outages}</th><th scope="col">${words.downtime}</th><th scope="col">${words.longest}</th><th scope="col">${words.recovery}</th><th scope="col">${words.maintenance}</th><th scope="col">${words.median}</th><th scope="col">p95</th><th scope="col">p99</th></tr></thead>
<tbody>
!${items.map((item) => row(item, item.label, { words, hasObjective })).join("\n")}
</tbody>!${totals}
</table></div>`;
}

function row(
  item: ReportRow,
  label: string,
  { words, hasObjective }: { readonly words: ReportWords; readonly hasObjective: boolean },
): string {
  const number = new Intl.NumberFormat(words.locale);
  const milliseconds = (value: number | null): string =>
    value === null ? "–" : `${number.format(Math.round(value))}\u00a0ms`;
  const address = item.url === null || item.url === label ? "" : html`<small>${item.url}</small>`;
  const beside = withMaintenance(item, words);
  const objective = hasObjective
    ? html`<td>${shareText(item.objective, words)}!${item.isMet === null ? "" : html`<small class="${item.isMet ? "met" : "missed"}">${verdict(item, words)}</small>`}</td><td>${shareText(item.budgetLeft, words)}</td>`
    : "";
  return html`<tr><th scope="row">${label}!${address}</th><td>${shareText(item.uptime, words)}!${beside === "" ? "" : html`<small>${beside}</small>`}</td>!${objective}<td>${shareText(item.coverage, words)}</td><td>${number.format(item.outages)}</td><td>${durationText(item.downMs, words)}</td><td>${durationText(item.longestOutageMs, words)}</td><td>${durationText(item.meanTimeToRecoveryMs, words)}</td><td>${durationText(item.maintenanceMs, words)}</td><td>${milliseconds(item.p50Ms)}</td><td>${milliseconds(item.p95Ms)}</td><td>${milliseconds(item.p99Ms)}</td></tr>`;
}

/** Empty where maintenance makes no difference that is shown. */
function withMaintenance({ uptime, uptimeWithMaintenance }: ReportRow, words: ReportWords): string {
  const text = shareText(uptimeWithMaintenance, words);
  if (uptimeWithMaintenance === null || text === shareText(uptime, words)) return "";
  return `${text} ${words.withMaintenance}`;
}

function verdict({ isMet }: ReportRow, words: ReportWords): string {
  if (isMet === null) return "";
  return isMet ? words.met : words.missed;
}

function notesOf({ total }: UptimeReport, words: ReportWords): readonly string[] {
  const { maintenanceNotExcludedMs } = total;
  if (maintenanceNotExcludedMs === 0) return words.explanation;
  return [...words.explanation, words.notExcluded(durationText(maintenanceNotExcludedMs, words))];
}

function periodText({ from, to, timezone }: UptimeReport, words: ReportWords): string {
  const format = new Intl.DateTimeFormat(words.locale, { dateStyle: "long", timeZone: "UTC" });
  return words.period(format.format(Date.parse(from)), format.format(Date.parse(to)), timezone);
}

function instantText({ untilAt, timezone }: UptimeReport, words: ReportWords): string {
  const format = { dateStyle: "long", timeStyle: "short", timeZone: timezone } as const;
  return new Intl.DateTimeFormat(words.locale, format).format(Date.parse(untilAt));
}

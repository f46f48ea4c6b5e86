/** Writes a report as CSV (RFC 4180): one line for each row and one for all together. */
import type { ReportRow, UptimeReport } from "../../../contract/api/reports/uptime-report.ts";

type Value = string | number | boolean | null;

const COLUMNS: readonly (readonly [name: string, of: (row: ReportRow, report: UptimeReport) => Value])[] = [
  ["from", (_row, { from }) => from],
  ["to", (_row, { to }) => to],
  ["timezone", (_row, { timezone }) => timezone],
  ["key", ({ key }) => key],
  ["name", ({ label }) => label],
  ["url", ({ url }) => url],
  ["sites", ({ sites }) => sites],
  ["uptime", ({ uptime }) => uptime],
  ["uptime_with_maintenance", ({ uptimeWithMaintenance }) => uptimeWithMaintenance],
  ["coverage", ({ coverage }) => coverage],
  ["objective", ({ objective }) => objective],
  ["objective_met", ({ isMet }) => isMet],
  ["error_budget_seconds", ({ budgetMs }) => seconds(budgetMs)],
  ["error_budget_burnt_seconds", ({ budgetBurntMs }) => seconds(budgetBurntMs)],
  ["error_budget_left", ({ budgetLeft }) => budgetLeft],
  ["outages", ({ outages }) => outages],
  ["downtime_seconds", ({ downMs }) => seconds(downMs)],
  ["longest_outage_seconds", ({ longestOutageMs }) => seconds(longestOutageMs)],
  ["mean_time_to_recovery_seconds", ({ meanTimeToRecoveryMs }) => seconds(meanTimeToRecoveryMs)],
  ["maintenance_seconds", ({ maintenanceMs }) => seconds(maintenanceMs)],
  ["maintenance_not_excluded_seconds", ({ maintenanceNotExcludedMs }) => seconds(maintenanceNotExcludedMs)],
  ["results", ({ results }) => results],
  ["results_in_maintenance", ({ resultsInMaintenance }) => resultsInMaintenance],
  ["p50_ms", ({ p50Ms }) => p50Ms],
  ["p95_ms", ({ p95Ms }) => p95Ms],
  ["p99_ms", ({ p99Ms }) => p99Ms],
];

/** Numbers have a decimal point, shares are of 1, absent values are empty. The last line is the total. */
export function reportCsv(report: UptimeReport): string {
  const rows = [...report.items, { ...report.total, label: "Total" }];
  const lines = [
    COLUMNS.map(([name]) => name),
    ...rows.map((row) => COLUMNS.map(([, of]) => fieldOf(of(row, report)))),
  ];
  return lines.map((fields) => `${fields.join(",")}\r\n`).join("");
}

/**
 * A spreadsheet takes text that begins with one of these characters for a formula (OWASP, "CSV Injection"): an
 * apostrophe before it makes it text.
 */
const FORMULA = /^[=+\-@\t\r]/;
const NEEDS_QUOTES = /[",\r\n]/;

function fieldOf(value: Value): string {
  if (value === null) return "";
  if (typeof value !== "string") return String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function seconds(durationMs: number | null): number | null {
  return durationMs === null ? null : Math.round(durationMs / 1000);
}

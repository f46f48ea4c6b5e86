/** `sitewire report`: uptime against objectives, to read, to print or to calculate with. */
import { type Command, Option } from "commander";
import {
  type ReportRow,
  reportRowsBySchema,
  type UptimeReport,
} from "../../../contract/api/reports/uptime-report.ts";
import { readableDuration } from "../../../contract/duration.ts";
import { UsageError } from "../../../contract/errors.ts";
import { objectiveSchema } from "../../../contract/settings/objective.ts";
import { type ReportLanguage, reportLanguages } from "../../../core/reporting/printing/report-words.ts";
import { onDatabase } from "../../on-database.ts";
import { type GlobalOptions, invocationOf, type Terminal } from "../../terminal.ts";

interface ReportOptions extends GlobalOptions {
  readonly month?: string;
  readonly from?: string;
  readonly to?: string;
  readonly timezone: string;
  readonly by: UptimeReport["by"];
  readonly tag: readonly string[];
  readonly site: readonly string[];
  readonly group: readonly string[];
  readonly objective?: string;
  readonly language: ReportLanguage;
  readonly csv?: true;
  readonly json?: true;
  readonly html?: true;
}

export function addReportCommand(program: Command, terminal: Terminal): void {
  program
    .command("report")
    .description("report uptime, coverage, outages and error budget of a month, or from one day to another")
    .option("--month <month>", "month, such as 2026-10 (default: the last whole month)")
    .option("--from <date>", "first day, such as 2026-10-01")
    .option("--to <date>", "last day, included")
    .option("--timezone <zone>", "IANA time zone whose days are reported", "UTC")
    .addOption(new Option("--by <what>", "what a row is").choices(reportRowsBySchema.options).default("site"))
    .option("--tag <tag...>", "only sites with one of these tags", [])
    .option("--site <site...>", "only these sites, by id, name or URL", [])
    .option("--group <group...>", "only sites of these status pages or groups: page or page/group", [])
    .option("--objective <percentage>", 'uptime to reach, such as "99.9 %" (default: the configured ones)')
    .addOption(new Option("--csv", "print CSV (RFC 4180)").conflicts(["json", "html"]))
    .addOption(new Option("--json", "print JSON").conflicts("html"))
    .option("--html", "print an HTML document that prints to PDF")
    .addOption(new Option("--language <code>", "language of --html").choices(reportLanguages).default("en"))
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<ReportOptions>();
      const { month, from, to, timezone, by, tag, site, group } = options;
      const objective = objectiveOf(options.objective);
      refuseZone(timezone);
      const { readUptimeReport } = await import("../../../apps/operations/reports/uptime-report.ts");
      const { systemClock: clock } = await import("../../../apps/wiring/clock.ts");
      const report = await onDatabase("report", invocationOf(terminal, options), ({ context, database }) =>
        readUptimeReport(
          { database, configuration: context.configuration, clock },
          { month, from, to, timezone, by, tag, site, group, objective, visibleTags: null },
        ),
      );
      terminal.stdout.write(await written(report, options));
      if (report.items.length === 0) terminal.stderr.write("nothing to report for this period\n");
    });
}

async function written(report: UptimeReport, options: ReportOptions): Promise<string> {
  if (options.json === true) return `${JSON.stringify(report)}\n`;
  if (options.csv === true) {
    const { reportCsv } = await import("../../../core/reporting/printing/report-csv.ts");
    return reportCsv(report);
  }
  if (options.html === true) {
    const { reportHtml } = await import("../../../core/reporting/printing/report-html.ts");
    return reportHtml(report, { language: options.language, stylesheet: null });
  }
  return asTable(report);
}

function objectiveOf(given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  const parsed = objectiveSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new UsageError(`--objective is "${given}": ${parsed.error.issues[0]?.message}`);
}

function refuseZone(timezone: string): void {
  try {
    new Intl.DateTimeFormat("en", { timeZone: timezone });
  } catch {
    throw new UsageError(
      `--timezone is "${timezone}": must be an IANA time zone such as "Europe/Berlin" or "UTC"`,
    );
  }
}

function asTable(report: UptimeReport): string {
  const { from, to, timezone, items, total } = report;
  const until = report.untilAt === report.toAt ? "" : `, until ${report.untilAt}`;
  const rows = items.length > 1 ? [...items, { ...total, label: "total" }] : items;
  const cells = [
    ["", "uptime", "objective", "budget left", "observed", "outages", "down", "maintenance", "p95"],
    ...rows.map(cellsOf),
  ];
  const widths =
    cells[0]?.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = cells.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join("  "),
  );
  return `${from} to ${to}, ${timezone}${until}\n\n${lines.map((line) => `${line.trimEnd()}\n`).join("")}`;
}

function cellsOf(row: ReportRow): string[] {
  const { label, isMet, objective } = row;
  const met = isMet === null ? "" : isMet ? " met" : " missed";
  return [
    label,
    percentage(row.uptime),
    objective === null ? "-" : `${percentage(objective)}${met}`,
    percentage(row.budgetLeft),
    percentage(row.coverage),
    String(row.outages),
    duration(row.downMs),
    duration(row.maintenanceMs),
    row.p95Ms === null ? "-" : `${Math.round(row.p95Ms)} ms`,
  ];
}

/** Rounded down, so that only a whole is shown as 100 %. */
function percentage(share: number | null): string {
  return share === null ? "-" : `${Math.floor(share * 100_000 + 1e-6) / 1000} %`;
}

function duration(durationMs: number): string {
  return durationMs === 0 ? "0" : readableDuration(durationMs);
}

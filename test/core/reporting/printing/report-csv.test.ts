import { expect, test } from "vitest";
import type { ReportRow, UptimeReport } from "../../../../src/contract/api/reports/uptime-report.ts";
import { LatencyHistogram } from "../../../../src/core/reporting/latency-histogram.ts";
import { reportCsv } from "../../../../src/core/reporting/printing/report-csv.ts";
import { reportHtml } from "../../../../src/core/reporting/printing/report-html.ts";
import { siteRows, totalRow } from "../../../../src/core/reporting/uptime-report.ts";

function aReport(names: readonly string[]): UptimeReport {
  const periods = names.map((name, index) => ({
    siteId: String(index),
    name,
    url: "https://shop.example/",
    tags: [],
    results: { up: 9995, degraded: 0, down: 5 },
    inMaintenance: { up: 0, degraded: 0, down: 0 },
    due: 10_000,
    observed: 10_000,
    latencies: LatencyHistogram.empty(),
    outages: [{ downMs: 90_000, isOver: true }],
    plannedMs: 0,
    countedMs: 0,
    maintenanceMs: 0,
    maintenanceNotExcludedMs: 0,
  }));
  return {
    from: "2026-10-01",
    to: "2026-10-31",
    timezone: "Europe/Berlin",
    fromAt: "2026-09-30T22:00:00.000Z",
    toAt: "2026-10-31T23:00:00.000Z",
    untilAt: "2026-10-31T23:00:00.000Z",
    by: "site",
    total: totalRow(periods, 0.999),
    items: [...siteRows(periods, () => 0.999)],
  };
}

test("a report as CSV has a line for each row and one for the total", () => {
  const lines = reportCsv(aReport(["Shop"])).split("\r\n");
  expect(lines).toHaveLength(4);
  expect(lines[1]).toMatch(
    /^2026-10-01,2026-10-31,Europe\/Berlin,0,Shop,https:\/\/shop\.example\/,1,0\.9995,0\.9995,1,0\.999,true,,,0\.5,1,90,90,90,/,
  );
  expect(lines[2]).toContain(",Total,,1,0.9995,");
  expect(lines[3]).toBe("");
  const columns = lines[0]?.split(",").length;
  expect(lines[1]?.split(",")).toHaveLength(columns ?? 0);
});

test.for([
  ["=HYPERLINK(1)", ",'=HYPERLINK(1),"],
  ["+1", ",'+1,"],
  ["-1+2", ",'-1+2,"],
  ["@SUM(A1)", ",'@SUM(A1),"],
  ["\tx", ",'\tx,"],
  ['a "b", c', ',"a ""b"", c",'],
  ["two\nlines", ',"two\nlines",'],
  ['=1,"', `,"'=1,""",`],
] as const)("a site called %j is text to a spreadsheet", ([name, written]) => {
  expect(reportCsv(aReport([name]))).toContain(written);
});

test("what a site is called runs nothing in the printed report", () => {
  const printed = reportHtml(aReport(["<script>alert(1)</script>"]), { language: "de", stylesheet: null });
  expect(printed).not.toContain("<script");
  expect(printed).toContain("&#60;script&#62;");
  expect(printed).toContain('lang="de"');
  expect(printed).toContain("99,95\u00a0%");
});

test("a period without a row says so", () => {
  const empty: UptimeReport = { ...aReport([]), items: [] satisfies ReportRow[] };
  expect(reportHtml(empty, { language: "en", stylesheet: "/x.css" })).toContain("nothing to report");
  expect(reportCsv(empty).split("\r\n")).toHaveLength(3);
});

// The report of a run as text: what happened, what was counted, and which rules hold.
import type { ChaosReport } from "./run.ts";

const EXAMPLES = 3;

export function formatReport(report: ChaosReport): string {
  const faults = [...report.faults].sort(([a], [b]) => a.localeCompare(b));
  const total = faults.reduce((sum, [, count]) => sum + count, 0);
  const broken = report.rulings.filter((ruling) => ruling.broken.length > 0);
  return [
    "",
    `seed ${report.seed}: ${total} faults in ${seconds(report.durationMs)}, at rest ${seconds(report.quietAfterMs)} after the last`,
    "",
    ...table(faults.map(([name, count]) => [name, count])),
    "",
    ...table(Object.entries(report.figures)),
    "",
    ...report.rulings.map(
      ({ rule, lookedAt, broken: cases }) =>
        `${cases.length === 0 ? "holds " : "BROKEN"}  ${rule.padEnd(72)}${count(lookedAt)}${
          cases.length === 0 ? "" : `, ${cases.length} broken`
        }`,
    ),
    "",
    ...broken.flatMap(({ rule, broken: cases }) => [
      `${rule}:`,
      ...cases.slice(0, EXAMPLES).map((example) => `  ${example}`),
      ...(cases.length > EXAMPLES ? [`  and ${cases.length - EXAMPLES} more`] : []),
    ]),
    broken.length === 0 ? "PASSED" : `FAILED: ${broken.length} of ${report.rulings.length} rules broken`,
  ].join("\n");
}

function table(rows: readonly (readonly [string, number])[]): readonly string[] {
  return rows.map(([name, value]) => `  ${name.padEnd(40)}${count(value).padStart(10)}`);
}

function count(value: number): string {
  return value.toLocaleString("en-GB");
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

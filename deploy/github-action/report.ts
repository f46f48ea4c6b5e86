/** What a run of the action shows: a summary in Markdown, and workflow commands that annotate. */
import { type CheckResult, checkResultSchema } from "../../src/contract/checks/check-result.ts";

/** The results among the lines that `sitewire check --json` printed. */
export function readResults(output: string): readonly CheckResult[] {
  return output
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => checkResultSchema.parse(JSON.parse(line)));
}

const SHOWN = { up: "✅ up", degraded: "⚠️ degraded", down: "❌ down" } as const;

/** A heading that says how it stands, and a table with what is not up first. */
export function summaryOf(
  results: readonly CheckResult[],
  { published }: { readonly published: boolean },
): string {
  const count = (verdict: CheckResult["verdict"]) =>
    results.filter((result) => result.verdict === verdict).length;
  const bad = (["down", "degraded"] as const).filter((verdict) => count(verdict) > 0);
  const state = bad.length === 0 ? "all up" : bad.map((verdict) => `${count(verdict)} ${verdict}`).join(", ");
  const order = ["down", "degraded", "up"];
  const sorted = results.toSorted((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict));
  return [
    `## Websites: ${state} of ${results.length}`.replace("all up of", "all up,"),
    "",
    "| Site | State | Status | Response time | Pattern | Reason |",
    "| --- | --- | ---: | ---: | --- | --- |",
    ...sorted.map(rowOf),
    "",
    published ? "Published to Kafka." : "Not published to Kafka.",
    "",
  ].join("\n");
}

/** One workflow command for each site that is not up. */
export function annotationsOf(results: readonly CheckResult[]): readonly string[] {
  return results
    .filter(({ verdict }) => verdict !== "up")
    .map((result) =>
      command(
        result.verdict === "down" ? "error" : "warning",
        `${nameOf(result)} is ${result.verdict}`,
        reasonOf(result),
      ),
    );
}

/** A workflow command that shows an error on the run's page. */
export function errorAnnotation(title: string, message: string): string {
  return command("error", title, message);
}

function rowOf(result: CheckResult): string {
  const { verdict, statusCode, responseTimeMs, regexpMatched } = result;
  const pattern = regexpMatched === null ? "" : regexpMatched ? "found" : "not found";
  const cells = [
    nameOf(result),
    SHOWN[verdict],
    statusCode ?? "",
    responseTimeMs === null ? "" : `${Math.round(responseTimeMs)} ms`,
    pattern,
    verdict === "up" ? "" : reasonOf(result),
  ];
  return `| ${cells.map((cell) => markdownText(String(cell))).join(" | ")} |`;
}

function nameOf({ siteName, url }: CheckResult): string {
  return siteName ?? url;
}

function reasonOf({ error, failedExpectations }: CheckResult): string {
  if (error !== null) return error.message;
  const [failed] = failedExpectations ?? [];
  return failed === undefined
    ? ""
    : `${failed.expectation}: expected ${failed.expected}, found ${failed.found}`;
}

/** Text from a website must not end the cell, nor become markup. */
function markdownText(text: string): string {
  return text
    .replaceAll(/[\r\n]+/g, " ")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(/[\\`*_[\]|~]/g, "\\$&");
}

/** Escaped as GitHub's toolkit does (packages/core/src/command.ts), so that no text becomes a command of its own. */
function command(kind: "error" | "warning", title: string, message: string): string {
  const data = (text: string) => text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
  const property = (text: string) => data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
  return `::${kind} title=${property(title)}::${data(message)}`;
}

/** Formats a result as one line: time, verdict, status, milliseconds, pattern, site and error. */
import { styleText } from "node:util";
import type { CheckResult, Verdict } from "../contract/checks/check-result.ts";

const COLOURS: Readonly<Record<Verdict, "green" | "yellow" | "red">> = {
  up: "green",
  degraded: "yellow",
  down: "red",
};
const LONGEST_REASON = 160;

/** `colour` is true on a terminal with colours. The time is UTC. */
export function formatResultLine(result: CheckResult, colour: boolean): string {
  const verdict = result.verdict.padEnd(8);
  const time = result.responseTimeMs === null ? "-" : `${result.responseTimeMs.toFixed(0)} ms`;
  const parts = [
    `${result.checkedAt.slice(0, 19).replace("T", " ")}Z`,
    colour ? styleText(COLOURS[result.verdict], verdict, { validateStream: false }) : verdict,
    String(result.statusCode ?? "-").padStart(3),
    time.padStart(9),
    describePattern(result.regexpMatched).padEnd(14),
    result.siteName == null ? result.url : `${result.siteName} ${result.url}`,
  ];
  if (result.error !== null) parts.push(describeError(result.error));
  if (result.tlsVerified === false) parts.push("(certificate not verified)");
  return parts.join("  ");
}

function describePattern(matched: boolean | null): string {
  if (matched === null) return "no regexp";
  return matched ? "regexp found" : "regexp missing";
}

function describeError({ code, message }: { readonly code: string; readonly message: string }): string {
  const oneLine = message.replaceAll(/\s+/g, " ");
  const short = oneLine.length > LONGEST_REASON ? `${oneLine.slice(0, LONGEST_REASON - 1)}…` : oneLine;
  return `${code}: ${short}`;
}

/** Prints results on standard output, as aligned text or as JSON lines. */
import type { CheckResult } from "../contract/checks/check-result.ts";
import { formatResultLine } from "./result-line.ts";
import type { Terminal } from "./terminal.ts";

export function resultPrinter(terminal: Terminal, json: boolean): (results: readonly CheckResult[]) => void {
  const colour = terminal.stdout.isTTY === true && !terminal.environment.NO_COLOR;
  return (results) => {
    const lines = results.map((result) => (json ? JSON.stringify(result) : formatResultLine(result, colour)));
    if (lines.length > 0) terminal.stdout.write(`${lines.join("\n")}\n`);
  };
}

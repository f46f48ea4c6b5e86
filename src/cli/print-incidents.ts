/** Prints incident steps on standard output, unless the output is JSON: see `sitewire incidents list --json`. */
import type { IncidentEvent } from "../contract/alerting/incident-event.ts";
import { formatStepLine } from "./incident-line.ts";
import type { Terminal } from "./terminal.ts";

export function stepPrinter(terminal: Terminal, json: boolean): (step: IncidentEvent) => void {
  const colour = terminal.stdout.isTTY === true && !terminal.environment.NO_COLOR;
  return (step) => {
    if (!json) terminal.stdout.write(`${formatStepLine(step, colour)}\n`);
  };
}

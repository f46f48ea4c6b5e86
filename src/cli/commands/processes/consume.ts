/** `sitewire consume`: record results from Kafka in the database. */
import type { Command } from "commander";
import type { CatchingUp } from "../../../apps/processes/consumer.ts";
import { parseInstant } from "../../arguments.ts";
import { monotonicMs, type Progress, showProgress } from "../../progress.ts";
import { type GlobalOptions, invocationOf, type Terminal } from "../../terminal.ts";

interface ConsumeOptions extends GlobalOptions {
  readonly group?: string;
  readonly from?: string;
}

export function addConsumeCommand(program: Command, terminal: Terminal): void {
  program
    .command("consume")
    .description("record results from Kafka in the database, each exactly once")
    .option("--group <name>", "consumer group (default: sitewire-consumer)")
    .option(
      "--from <date>",
      "where a group without offsets begins, such as 2026-01-01 (default: earliest event)",
    )
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<ConsumeOptions>();
      const fromMs = parseInstant("--from", options.from);
      const invocation = invocationOf(terminal, options, { "kafka.group": options.group });
      const { runConsumerApp } = await import("../../../apps/processes/consumer.ts");
      const catchingUp = fromMs === undefined ? undefined : showCatchingUp(terminal);
      await runConsumerApp(invocation, { fromMs, catchingUp });
    });
}

/** Shows how far a rebuild has come, and one final line once it has everything that was there at its start. */
function showCatchingUp(terminal: Terminal): CatchingUp {
  let progress: Progress | null = null;
  let total = 0;
  let done = 0;
  const report = (events: number): void => {
    if (progress === null) return;
    done = Math.min(total, done + events);
    progress.report(done);
    if (done < total) return;
    progress.finish();
    progress = null;
  };
  return {
    begin(events) {
      total = events;
      progress = showProgress(terminal, { unit: "events", total, nowMs: monotonicMs });
      report(0);
    },
    recorded: report,
  };
}

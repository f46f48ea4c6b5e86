/** `sitewire consume`: record results from Kafka in the database. */
import type { Command } from "commander";
import { parseInstant } from "../../arguments.ts";
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
      await runConsumerApp(invocation, { fromMs });
    });
}

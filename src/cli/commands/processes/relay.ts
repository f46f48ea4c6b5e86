/** `sitewire relay`: publish the rows of the outbox to Kafka. */
import type { Command } from "commander";
import { type GlobalOptions, invocationOf, type Terminal } from "../../terminal.ts";

interface RelayOptions extends GlobalOptions {
  readonly table?: string[];
}

export function addRelayCommand(program: Command, terminal: Terminal): void {
  program
    .command("relay")
    .description("publish every row of the outbox to Kafka")
    .option("--table <name...>", "outbox tables to relay, as schema.table (default: Sitewire's own)")
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<RelayOptions>();
      const { runRelayApp } = await import("../../../apps/processes/relay.ts");
      await runRelayApp(invocationOf(terminal, options), { tables: options.table ?? [] });
    });
}

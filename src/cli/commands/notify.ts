/** `sitewire notify`: tells people of incidents. */
import type { Command } from "commander";
import { type GlobalOptions, invocationOf, type Terminal } from "../terminal.ts";

export function addNotifyCommand(program: Command, terminal: Terminal): void {
  program
    .command("notify")
    .description("tell people of incidents, by the channels and routes of the configuration")
    .action(async (_options: unknown, command: Command) => {
      const { runNotifierApp } = await import("../../apps/processes/notifier.ts");
      await runNotifierApp(invocationOf(terminal, command.optsWithGlobals<GlobalOptions>()));
    });
}

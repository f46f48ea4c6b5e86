/** `sitewire notify`: send messages about incidents. */
import type { Command } from "commander";
import { type GlobalOptions, invocationOf, type Terminal } from "../../terminal.ts";

export function addNotifyCommand(program: Command, terminal: Terminal): void {
  program
    .command("notify")
    .description("send messages about incidents, by the configured routes and channels")
    .action(async (_options: unknown, command: Command) => {
      const { runNotifierApp } = await import("../../../apps/processes/notifier.ts");
      await runNotifierApp(invocationOf(terminal, command.optsWithGlobals<GlobalOptions>()));
    });
}

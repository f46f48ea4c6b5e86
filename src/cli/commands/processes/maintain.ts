/** `sitewire maintain`: maintain the result tables once. */
import type { Command } from "commander";
import { type GlobalOptions, invocationOf, type Terminal } from "../../terminal.ts";

export function addMaintainCommand(program: Command, terminal: Terminal): void {
  program
    .command("maintain")
    .description(
      "create and drop partitions once; needed only if the consumer's role does not own the tables",
    )
    .action(async (_options: unknown, command: Command) => {
      const { startApp } = await import("../../../apps/wiring/invocation.ts");
      const { withDatabase } = await import("../../../apps/wiring/opening.ts");
      const { retentionPolicy } = await import("../../../apps/wiring/retention.ts");
      const { maintainTables } = await import("../../../apps/operations/pipeline/maintain.ts");
      const context = startApp("maintain", invocationOf(terminal, command.optsWithGlobals<GlobalOptions>()));
      const { created, dropped, postponed } = await withDatabase(context, ({ database }) =>
        maintainTables({ database }, retentionPolicy(context.configuration), Date.now()),
      );
      const lines = [
        `${created} partitions created, ${dropped} dropped`,
        ...postponed.map(({ partition, reason }) => `${partition} not dropped: ${reason}`),
      ];
      terminal.stdout.write(`${lines.join("\n")}\n`);
    });
}

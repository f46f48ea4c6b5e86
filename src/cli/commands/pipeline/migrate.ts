/** `sitewire migrate`: create or update the database's tables. */
import type { Command } from "commander";
import { type GlobalOptions, invocationOf, type Terminal } from "../../terminal.ts";

export function addMigrateCommand(program: Command, terminal: Terminal): void {
  program
    .command("migrate")
    .description("create or update the database's tables")
    .action(async (_options: unknown, command: Command) => {
      const { startApp } = await import("../../../apps/wiring/invocation.ts");
      const { withNewDatabase } = await import("../../../apps/wiring/opening.ts");
      const { migrateTables } = await import("../../../apps/operations/pipeline/migrate.ts");
      const context = startApp("migrate", invocationOf(terminal, command.optsWithGlobals<GlobalOptions>()));
      const applied = await withNewDatabase(context, ({ database }) => migrateTables({ database }));
      const lines = applied.length === 0 ? ["up to date"] : applied.map((name) => `applied ${name}`);
      terminal.stdout.write(`${lines.join("\n")}\n`);
    });
}

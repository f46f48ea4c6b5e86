/** `sitewire audit`: who changed what. */
import type { Command } from "commander";
import type { AuditEntry } from "../../../core/accounts/audit-entries.ts";
import { parseLimit } from "../../arguments.ts";
import { onDatabase } from "../../on-database.ts";
import { type GlobalOptions, invocationOf, type Terminal } from "../../terminal.ts";

interface AuditOptions extends GlobalOptions {
  readonly by?: string;
  readonly action?: string;
  readonly target?: string;
  readonly limit: string;
  readonly json?: boolean;
}

export function addAuditCommand(program: Command, terminal: Terminal): void {
  program
    .command("audit")
    .description("show who changed what")
    .command("list")
    .description("list changes, newest first")
    .option("--by <name>", "only changes by this person or token, by name or id")
    .option("--action <action>", "only this action, such as site.changed, or all of site")
    .option("--target <name>", "only changes of this thing, by name or id")
    .option("--limit <count>", "at most this many", "50")
    .option("--json", "print JSON lines with the states before and after")
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<AuditOptions>();
      const { by, action, target } = options;
      const filter = { actor: by, action, target, limit: parseLimit(options.limit) };
      const { listAudit } = await import("../../../apps/operations/accounts/audit.ts");
      const found = await onDatabase("audit", invocationOf(terminal, options), ({ database }) =>
        listAudit(database, filter),
      );
      for (const entry of found) {
        terminal.stdout.write(`${options.json === true ? JSON.stringify(entry) : formatEntry(entry)}\n`);
      }
      if (found.length === 0 && options.json !== true) terminal.stderr.write("no changes\n");
    });
}

function formatEntry({ atMs, actor, address, action, target }: AuditEntry): string {
  const from = address === null ? actor.kind : `${actor.kind} at ${address}`;
  const what = target.name ?? target.id;
  return `${new Date(atMs).toISOString()}  ${actor.name} (${from})  ${action}  ${target.kind} ${what}`;
}

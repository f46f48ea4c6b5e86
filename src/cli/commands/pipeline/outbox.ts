/** `sitewire outbox`: show the backlog of an outbox and manage its parked rows. */
import type { Command } from "commander";
import type { RecordedChange } from "../../../apps/operations/accounts/audit.ts";
import type { OutboxQueue, ParkedOutboxRow } from "../../../core/relaying/ports.ts";
import { parseLimit, someOrAll } from "../../arguments.ts";
import { formatBacklog } from "../../backlog-line.ts";
import { changedBy } from "../../changed-by.ts";
import { onDatabase } from "../../on-database.ts";
import { type GlobalOptions, invocationOf, type Terminal } from "../../terminal.ts";

interface OutboxCommandOptions extends GlobalOptions {
  readonly table?: string;
  readonly limit: string;
  readonly parked?: boolean;
  readonly json?: boolean;
  readonly all?: boolean;
}

export function addOutboxCommand(program: Command, terminal: Terminal): void {
  const outbox = program
    .command("outbox")
    .description("show the outbox's backlog; retry or discard rows that their topic refused");
  withTable(outbox.command("list"))
    .description("show the backlog, or with --parked each row that its topic refused, oldest first")
    .option("--parked", "list the parked rows")
    .option("--limit <count>", "at most this many", "100")
    .option("--json", "print JSON lines")
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<OutboxCommandOptions>();
      const limit = parseLimit(options.limit);
      const { listOutbox } = await import("../../../apps/operations/pipeline/outbox.ts");
      const { backlog, parked } = await onQueue(terminal, options, (queue) =>
        listOutbox({ queue }, { limit }),
      );
      const json = options.json === true;
      const lines =
        options.parked === true
          ? parked.map((row) => (json ? JSON.stringify(asJson(row)) : formatRow(row)))
          : [json ? JSON.stringify(backlog) : formatBacklog(backlog)];
      terminal.stdout.write(lines.map((line) => `${line}\n`).join(""));
      if (lines.length === 0 && !json) terminal.stderr.write("no parked rows\n");
    });
  withTable(outbox.command("retry"))
    .description("make parked rows unpublished again, for the relay to retry")
    .argument("[id...]", "ids, as listed")
    .option("--all", "every parked row")
    .action(async (ids: string[], _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<OutboxCommandOptions>();
      const which = someOrAll(ids, options.all);
      const { retryParked } = await import("../../../apps/operations/pipeline/outbox.ts");
      const { parkedRowsSettled } = await import("../../../apps/operations/accounts/changes.ts");
      const count = await onQueue(
        terminal,
        options,
        (queue) => retryParked({ queue }, which),
        (retried) => parkedRowsSettled("retried", { ids: which, count: retried }, options.table),
      );
      terminal.stdout.write(`${count} will be published again\n`);
    });
  withTable(outbox.command("discard"))
    .description("delete parked rows permanently")
    .argument("[id...]", "ids, as listed")
    .option("--all", "every parked row")
    .action(async (ids: string[], _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<OutboxCommandOptions>();
      const which = someOrAll(ids, options.all);
      const { discardParked } = await import("../../../apps/operations/pipeline/outbox.ts");
      const { parkedRowsSettled } = await import("../../../apps/operations/accounts/changes.ts");
      const count = await onQueue(
        terminal,
        options,
        (queue) => discardParked({ queue }, which),
        (discarded) => parkedRowsSettled("discarded", { ids: which, count: discarded }, options.table),
      );
      terminal.stdout.write(`discarded ${count}\n`);
    });
}

async function onQueue<T>(
  terminal: Terminal,
  options: OutboxCommandOptions,
  work: (queue: OutboxQueue) => Promise<T>,
  /** What the audit log says of a change. */
  changeOf?: (outcome: T) => RecordedChange,
): Promise<T> {
  const invocation = invocationOf(terminal, options);
  return await onDatabase("outbox", invocation, async ({ database, context }) => {
    const { afterParked } = context.configuration.outbox;
    const outcome = await work(database.outboxQueue({ table: options.table, afterParked }));
    if (changeOf !== undefined) {
      const { recordChange } = await import("../../../apps/operations/accounts/audit.ts");
      await recordChange(database, changedBy(terminal), changeOf(outcome));
    }
    return outcome;
  });
}

function withTable(command: Command): Command {
  return command.option("--table <name>", "another outbox, as schema.table (default: Sitewire's own)");
}

function formatRow({ id, event, code, reason, parkedAtMs }: ParkedOutboxRow): string {
  return `${id}  ${new Date(parkedAtMs).toISOString()}  ${event.topic}  key ${event.key ?? "none"}  ${code}: ${reason}`;
}

function asJson({ id, event, code, reason, parkedAtMs }: ParkedOutboxRow): object {
  const { topic, key, headers, value } = event;
  const text = value === null ? null : new TextDecoder().decode(value);
  const parkedAt = new Date(parkedAtMs).toISOString();
  return { id: String(id), topic, key, headers, value: text, code, reason, parkedAt };
}

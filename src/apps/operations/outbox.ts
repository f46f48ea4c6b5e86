/** Outbox rows that their topic refused, as the command line deals with them. */
import { FailureError, UsageError } from "../../contract/errors.ts";
import type { OutboxBacklog, OutboxQueue, ParkedOutboxRow } from "../../core/relaying/ports.ts";
import { connectDatabase } from "../wiring/databases.ts";
import { type Invocation, startApp } from "../wiring/invocation.ts";

export interface OutboxOptions {
  /** `schema.table`; without it Sitewire's own outbox. */
  readonly table?: string | undefined;
}

export async function listOutbox(
  invocation: Invocation,
  options: OutboxOptions & { readonly limit: number },
): Promise<{ readonly backlog: OutboxBacklog; readonly parked: readonly ParkedOutboxRow[] }> {
  return await withQueue(invocation, options, async (queue) => ({
    backlog: await queue.backlog(),
    parked: await queue.parked(options.limit),
  }));
}

/** Lets parked rows be published once more. Throws as `discardParked` does. */
export async function retryParked(
  invocation: Invocation,
  ids: readonly string[] | "all",
  options: OutboxOptions,
): Promise<number> {
  const which = rowIds(ids);
  return await withQueue(invocation, options, async (queue) => all(which, await queue.retryParked(which)));
}

/** Throws `UsageError` for what is no id, `FailureError` when one of the ids is not that of a parked row. */
export async function discardParked(
  invocation: Invocation,
  ids: readonly string[] | "all",
  options: OutboxOptions,
): Promise<number> {
  const which = rowIds(ids);
  return await withQueue(invocation, options, async (queue) => all(which, await queue.discardParked(which)));
}

function rowIds(ids: readonly string[] | "all"): readonly bigint[] | "all" {
  if (ids === "all") return ids;
  return ids.map((id) => {
    if (!/^\d{1,18}$/.test(id)) throw new UsageError(`"${id}" is no row id: it is a whole number, as listed`);
    return BigInt(id);
  });
}

function all(which: readonly bigint[] | "all", count: number): number {
  if (which !== "all" && count < new Set(which).size) {
    throw new FailureError(
      `only ${count} of these ${which.length} rows are parked; see: sitewire outbox list --parked`,
    );
  }
  return count;
}

async function withQueue<T>(
  invocation: Invocation,
  { table }: OutboxOptions,
  work: (queue: OutboxQueue) => Promise<T>,
): Promise<T> {
  const context = startApp("outbox", invocation);
  const { afterParked } = context.configuration.outbox;
  const { database } = await connectDatabase(context);
  try {
    await database.migrate();
    return await work(database.outboxQueue({ table, afterParked }));
  } finally {
    await database.close();
  }
}

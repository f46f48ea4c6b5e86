/** What waits in an outbox, and the rows that their topic refused. */
import { FailureError, UsageError } from "../../contract/errors.ts";
import type { OutboxBacklog, OutboxQueue, ParkedOutboxRow } from "../../core/relaying/ports.ts";

interface OutboxResources {
  readonly queue: Pick<OutboxQueue, "backlog" | "parked" | "retryParked" | "discardParked">;
}

export async function listOutbox(
  { queue }: OutboxResources,
  { limit }: { readonly limit: number },
): Promise<{ readonly backlog: OutboxBacklog; readonly parked: readonly ParkedOutboxRow[] }> {
  return { backlog: await queue.backlog(), parked: await queue.parked(limit) };
}

/** Lets parked rows be published once more; returns how many. Throws as `discardParked` does. */
export async function retryParked(
  { queue }: OutboxResources,
  ids: readonly string[] | "all",
): Promise<number> {
  const which = rowIds(ids);
  return allOf(which, await queue.retryParked(which));
}

/**
 * Deletes parked rows; returns how many. Throws `UsageError` for what is no id, `FailureError` when one of the ids is
 * not that of a parked row.
 */
export async function discardParked(
  { queue }: OutboxResources,
  ids: readonly string[] | "all",
): Promise<number> {
  const which = rowIds(ids);
  return allOf(which, await queue.discardParked(which));
}

function rowIds(ids: readonly string[] | "all"): readonly bigint[] | "all" {
  if (ids === "all") return ids;
  return ids.map((id) => {
    if (!/^\d{1,18}$/.test(id)) throw new UsageError(`"${id}" is no row id: it is a whole number, as listed`);
    return BigInt(id);
  });
}

function allOf(which: readonly bigint[] | "all", count: number): number {
  if (which !== "all" && count < new Set(which).size) {
    throw new FailureError(
      `only ${count} of these ${which.length} rows are parked; see: sitewire outbox list --parked`,
    );
  }
  return count;
}

/** Shows the backlog of an outbox, and manages its parked rows. */
import { FailureError, UsageError } from "../../../contract/errors.ts";
import type { OutboxBacklog, OutboxQueue, ParkedOutboxRow } from "../../../core/relaying/ports.ts";

interface OutboxResources {
  readonly queue: Pick<OutboxQueue, "backlog" | "parked" | "retryParked" | "discardParked">;
}

/** Returns the backlog and at most `limit` parked rows, oldest first. Throws `UnavailableError`. */
export async function listOutbox(
  { queue }: OutboxResources,
  { limit }: { readonly limit: number },
): Promise<{ readonly backlog: OutboxBacklog; readonly parked: readonly ParkedOutboxRow[] }> {
  return { backlog: await queue.backlog(), parked: await queue.parked(limit) };
}

/** Makes parked rows unpublished again, for the relay to retry; returns how many. Throws like `discardParked`. */
export async function retryParked(
  { queue }: OutboxResources,
  ids: readonly string[] | "all",
): Promise<number> {
  const which = rowIds(ids);
  return allOf(which, await queue.retryParked(which));
}

/**
 * Deletes parked rows; returns how many. Throws `UsageError` for an invalid id, `FailureError` when an id does not belong
 * to a parked row.
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
    if (!/^\d{1,18}$/.test(id))
      throw new UsageError(
        `"${id}" is not a row id: ids are whole numbers, as listed by: sitewire outbox list --parked`,
      );
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

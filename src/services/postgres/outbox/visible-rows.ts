/**
 * Up to which id every row of an outbox is visible, or was never committed.
 *
 * Ids are given when a row is inserted and rows appear when their transaction commits, so a row may appear behind others
 * with higher ids. But whoever inserts holds a lock on the table (ROW EXCLUSIVE; PostgreSQL manual, "Table-Level Locks")
 * from before its first id to the end of its transaction. So the highest id seen is safe as soon as every transaction
 * that held that lock when it was seen has ended. Transactions that only read, however long, do not matter.
 */

/** What one statement saw: its snapshot is older than the list of locks. */
export interface Sighting {
  readonly highestId: bigint;
  /** The virtual transactions that may be inserting. */
  readonly writers: readonly string[];
}

/** A transaction that was prepared (PREPARE TRANSACTION) is listed under another name than before. */
const PREPARED = /^-1\//;

export class VisibleRows {
  #upToId = 0n;
  #candidate: { readonly upToId: bigint; readonly writers: ReadonlySet<string> } | null = null;

  /** Takes in what was seen, in the order in which it was seen; returns the id up to which all rows are visible. */
  see({ highestId, writers }: Sighting): bigint {
    const candidate = this.#candidate;
    if (writers.length === 0) {
      this.#confirm(highestId);
    } else if (candidate === null) {
      this.#candidate = { upToId: highestId, writers: new Set(writers) };
    } else if (!writers.some((writer) => candidate.writers.has(writer) || PREPARED.test(writer))) {
      this.#confirm(candidate.upToId);
      this.#candidate = { upToId: highestId, writers: new Set(writers) };
    }
    return this.#upToId;
  }

  #confirm(upToId: bigint): void {
    if (upToId > this.#upToId) this.#upToId = upToId;
    this.#candidate = null;
  }
}

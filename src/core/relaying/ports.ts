/** What relaying needs of the world: rows waiting in an outbox. */
import type { Event } from "../../contract/event.ts";

export interface OutboxRow {
  readonly id: bigint;
  readonly lane: number;
  /** Key, headers, value and topic together. */
  readonly sizeBytes: number;
  readonly event: Event;
  /** Why the row can't be published as it stands; its event is then incomplete. */
  readonly refusal: RowRefusal | null;
}

export interface RowRefusal {
  readonly code: string;
  readonly reason: string;
}

/** Which rows to read: those after an id, up to either bound. One row is read whatever its size. */
export interface ReadRange {
  readonly afterId: bigint;
  readonly maxRows: number;
  readonly maxBytes: number;
}

export interface OutboxRead {
  readonly rows: readonly OutboxRow[];
  /** Every row up to this id was looked at; null when all rows were. */
  readonly upToId: bigint | null;
}

/** What a relay may pass over for good. */
export interface OutboxHorizon {
  /** Every row up to this id is visible now, or was never committed. */
  readonly visibleUpToId: bigint;
  /** Changes when rows that were read before may be there again: read from the start. */
  readonly rewinds: bigint;
}

export interface ParkedRow extends RowRefusal {
  readonly id: bigint;
}

/** A row its topic refused, as a person sees it. */
export interface ParkedOutboxRow extends ParkedRow {
  readonly event: Event;
  /** Milliseconds since the epoch. */
  readonly parkedAtMs: number;
}

export interface OutboxBacklog {
  /** Those that wait behind a parked row included. */
  readonly unpublished: number;
  readonly parked: number;
  /** Age of the oldest unpublished, unparked row; null when there is none. */
  readonly oldestAgeMs: number | null;
}

/** Where producers put events, inside their own transaction where they have one. */
export interface Outbox {
  /** All or nothing, durable on return. Throws `UnavailableError` or `RefusedError`. */
  append(events: readonly Event[]): Promise<void>;
}

/** The relay's side of the outbox. Every method throws `UnavailableError` while the database can't serve. */
export interface OutboxQueue {
  /**
   * Renews this owner's lanes and takes free or expired ones up to its fair share of the live owners.
   * Returns the lanes held until `leaseMs` from the call's start. A lane given up for fairness is not renewed and
   * falls free when its old lease ends, never at once: what this owner has in flight is settled by then.
   */
  leaseLanes(owner: string, leaseMs: number): Promise<readonly number[]>;
  releaseLanes(owner: string): Promise<void>;
  /**
   * The oldest unpublished rows of those lanes, by id. A parked row is left out; so are later rows of its key while the
   * queue's setting is that they wait.
   */
  readUnpublished(lanes: readonly number[], range: ReadRange): Promise<OutboxRead>;
  /** Ask about once a second: each answer builds on the one before. */
  horizon(): Promise<OutboxHorizon>;
  markPublished(ids: readonly bigint[]): Promise<void>;
  park(rows: readonly ParkedRow[]): Promise<void>;
  /** Removes rows published more than `olderThanMs` ago, at most `limit` at a time; returns how many went. */
  removePublished(olderThanMs: number, limit: number): Promise<number>;
  /**
   * Makes the room of removed rows usable again, where this role may. Never waits for another that does the same.
   * Returns false, having done nothing, while the rows removed since it was done last are too few to be worth it.
   */
  reclaim(removedRows: number): Promise<boolean>;
  backlog(): Promise<OutboxBacklog>;
  /** Parked rows, oldest first, at most `limit`. */
  parked(limit: number): Promise<readonly ParkedOutboxRow[]>;
  /** Lets parked rows wait to be published again; returns how many they were. */
  retryParked(ids: readonly bigint[] | "all"): Promise<number>;
  /** Deletes parked rows for good; returns how many they were. */
  discardParked(ids: readonly bigint[] | "all"): Promise<number>;
  /** Calls `listener` when rows may have been inserted; a hint, not a promise. Ends with the signal. */
  onInserted(listener: () => void, signal: AbortSignal): void;
}

/** What relaying needs of the world: rows waiting in an outbox. */
import type { Event } from "../../contract/event.ts";

export interface OutboxRow {
  readonly id: bigint;
  readonly lane: number;
  readonly event: Event;
}

export interface ParkedRow {
  readonly id: bigint;
  readonly code: string;
  readonly reason: string;
}

/** A row its topic refused, as a person sees it. */
export interface ParkedOutboxRow extends ParkedRow {
  readonly event: Event;
  /** Milliseconds since the epoch. */
  readonly parkedAtMs: number;
}

export interface OutboxBacklog {
  readonly unpublished: number;
  readonly parked: number;
  /** Age of the oldest unpublished, unparked row; null when there is none. */
  readonly oldestAgeMs: number | null;
}

/** Where producers put events, inside their own transaction where they have one. */
export interface Outbox {
  /** All or nothing, durable on return. Throws `UnavailableError`. */
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
   * The oldest unpublished rows of those lanes, by id, at most `limit`. A parked row is left out; so are later
   * rows of its key while the queue's setting is that they wait.
   */
  readUnpublished(lanes: readonly number[], limit: number): Promise<readonly OutboxRow[]>;
  markPublished(ids: readonly bigint[]): Promise<void>;
  park(rows: readonly ParkedRow[]): Promise<void>;
  /** Removes rows published more than `olderThanMs` ago, at most `limit` at a time; returns how many went. */
  removePublished(olderThanMs: number, limit: number): Promise<number>;
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

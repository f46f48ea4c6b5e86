/** Ports of relaying: the outbox for producers, and its queue for the relay. */
import type { Event } from "../../contract/events/event.ts";

export interface OutboxRow {
  readonly id: bigint;
  readonly lane: number;
  /** Total size of key, headers, value and topic. */
  readonly sizeBytes: number;
  readonly event: Event;
  /** Why the row cannot be published; its event is then incomplete. Null for a valid row. */
  readonly refusal: RowRefusal | null;
}

export interface RowRefusal {
  readonly code: string;
  readonly reason: string;
}

/** Reads the rows after an id, up to either limit. The first row is read whatever its size. */
export interface ReadRange {
  readonly afterId: bigint;
  readonly maxRows: number;
  readonly maxBytes: number;
}

export interface OutboxRead {
  readonly rows: readonly OutboxRow[];
  /** The read covers all rows up to this id; null when it covers all rows. */
  readonly upToId: bigint | null;
}

/** What a relay may skip permanently. */
export interface OutboxHorizon {
  /** Every committed row up to this id is visible now. */
  readonly visibleUpToId: bigint;
  /** Changes when rows before the position may be unpublished again. Then read from the start. */
  readonly rewinds: bigint;
}

export interface ParkedRow extends RowRefusal {
  readonly id: bigint;
}

/** A row that its topic refused, as the command line shows it. */
export interface ParkedOutboxRow extends ParkedRow {
  readonly event: Event;
  /** Milliseconds since the epoch. */
  readonly parkedAtMs: number;
}

export interface OutboxBacklog {
  /** Includes rows that wait behind a parked row. */
  readonly unpublished: number;
  readonly parked: number;
  /** Age of the oldest row that is neither published nor parked; null when there is none. */
  readonly oldestAgeMs: number | null;
}

/** The producers' side of the outbox. */
export interface Outbox {
  /** Appends all events or none. They are durable on return. Throws `UnavailableError` or `RefusedError`. */
  append(events: readonly Event[]): Promise<void>;
}

/** The relay's side of the outbox. Every method throws `UnavailableError` while the database cannot serve. */
export interface OutboxQueue {
  /**
   * Renews this owner's lanes and takes free or expired ones, up to a fair share among the live owners.
   * Returns the lanes held until `leaseMs` after the start of the call. A lane that the owner gives up for fairness is
   * not renewed. It becomes free when the current lease ends, by which time the owner has settled its rows in flight.
   */
  leaseLanes(owner: string, leaseMs: number): Promise<readonly number[]>;
  releaseLanes(owner: string): Promise<void>;
  /**
   * Reads the oldest unpublished rows of these lanes, by id. Skips parked rows, and while `afterParked` is `wait` also
   * later rows with the key of a parked row.
   */
  readUnpublished(lanes: readonly number[], range: ReadRange): Promise<OutboxRead>;
  /** Call it about once a second: each answer depends on the previous one. */
  horizon(): Promise<OutboxHorizon>;
  markPublished(ids: readonly bigint[]): Promise<void>;
  park(rows: readonly ParkedRow[]): Promise<void>;
  /** Removes at most `limit` rows that were published more than `olderThanMs` ago; returns how many it removed. */
  removePublished(olderThanMs: number, limit: number): Promise<number>;
  /**
   * Makes the space of removed rows reusable, if the database role is allowed to. Never waits for another process that
   * does the same. Returns false, without doing anything, while too few rows were removed since the last time.
   */
  reclaim(removedRows: number): Promise<boolean>;
  backlog(): Promise<OutboxBacklog>;
  /** Parked rows, oldest first, at most `limit`. */
  parked(limit: number): Promise<readonly ParkedOutboxRow[]>;
  /** Makes parked rows unpublished again; returns how many. */
  retryParked(ids: readonly bigint[] | "all"): Promise<number>;
  /** Deletes parked rows permanently; returns how many. */
  discardParked(ids: readonly bigint[] | "all"): Promise<number>;
  /** Calls `listener` when rows may have been inserted, until the signal aborts. Notifications can be missed. */
  onInserted(listener: () => void, signal: AbortSignal): void;
}

/** What recording needs of the world: events to read, and a store that takes results once each. */
import type { CheckResult } from "../../contract/check-result.ts";
import type { ConsumedEvent } from "../../contract/event.ts";

/** Events of one partition of one topic, in offset order. */
export interface EventBatch {
  readonly topic: string;
  readonly partition: number;
  readonly events: readonly ConsumedEvent[];
}

export interface EventSource {
  /**
   * Hands over batches until the signal aborts, then finishes the batches in hand and resolves. Batches of one
   * partition come one after the other; partitions may go side by side. A batch's offset is committed after
   * `handle` resolved, never before. While `handle` is busy the source stays a member of its group and reads no
   * further than a bounded buffer. If `handle` rejects, nothing is committed and `run` rejects with its reason.
   */
  run(handle: (batch: EventBatch, signal: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<void>;
}

export interface RecordOutcome {
  /** How many of the results were new; the rest were recorded before. */
  readonly inserted: number;
}

export interface ResultStore {
  /**
   * Writes results with all that follows from them (rollups, site state) in one transaction, each identity once,
   * whatever has been written before. It may go through them several times, and keeps none of them for longer than it
   * must. Throws `UnavailableError` (try again) or `RefusedError` (at least one of them will never be taken).
   */
  record(results: Iterable<CheckResult>): Promise<RecordOutcome>;
}

export interface EventLogReader {
  /**
   * Every event that is in a topic at the time of the call, in offset order within each partition, handed over in
   * bounded chunks. Belongs to no group and commits nothing. Throws `UnavailableError`.
   */
  readAll(
    topic: string,
    handle: (events: readonly ConsumedEvent[]) => void | Promise<void>,
    signal: AbortSignal,
  ): Promise<void>;
}

/** How far a consumer group is behind in one partition. */
export interface PartitionLag {
  readonly topic: string;
  readonly partition: number;
  /** The next offset the group will read; null where it has committed none. */
  readonly committed: bigint | null;
  /** The offset the next event will get. */
  readonly end: bigint;
  /** Events not yet consumed. */
  readonly lag: bigint;
}

export interface RetentionPolicy {
  readonly keepResultsMs: number;
  readonly keepHourlyMs: number;
  readonly keepDailyMs: number;
}

export interface ResultMaintenance {
  /**
   * Makes the partitions that the coming days need and drops what is older than the policy says, whole partitions at
   * a time. Safe to call from several processes. Throws `UnavailableError`.
   */
  maintain(
    policy: RetentionPolicy,
    nowMs: number,
  ): Promise<{ readonly created: number; readonly dropped: number }>;
}

/** The event log as core sees it: publish to it, consume it in a group, read it whole, ask how far a group is behind. */
import type { ConsumedEvent, Event } from "../../contract/event.ts";

export type PublishOutcome =
  /** Every replica in sync has it. */
  | { readonly kind: "acknowledged" }
  /** Its topic will never take it as it is. */
  | { readonly kind: "refused"; readonly code: string; readonly reason: string }
  /** It was not written, or no answer says whether it was: publish it again. */
  | { readonly kind: "unknown"; readonly reason: string };

export interface PublishOptions {
  /** Once it aborts, nothing more is sent, and what is undecided then is unknown. */
  readonly signal?: AbortSignal;
  /**
   * What the later events of a refused event's topic and key do: `pass` (the default) publishes them, `wait` does not,
   * and their outcome is unknown.
   */
  readonly afterRefused?: "wait" | "pass";
}

export interface EventPublisher {
  /**
   * Publishes events and waits for the acknowledgement of every replica in sync. Returns one outcome for each event, in
   * their order. Events of one key keep their order, also when the caller publishes those again whose outcome is
   * unknown. Throws `UnavailableError` when the log can't be reached: then nothing was sent.
   */
  publish(events: readonly Event[], options?: PublishOptions): Promise<readonly PublishOutcome[]>;
  close(): Promise<void>;
}

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

/** Ports of the event log: publish events, consume them in a group, read a whole topic, query a group's lag. */
import type { ConsumedEvent, Event } from "../../contract/events/event.ts";

export type PublishOutcome =
  /** Every in-sync replica has the event. */
  | { readonly kind: "acknowledged" }
  /** The topic permanently rejects the event. */
  | { readonly kind: "refused"; readonly code: string; readonly reason: string }
  /** The event was not written, or no response says whether it was. Publish it again. */
  | { readonly kind: "unknown"; readonly reason: string };

export interface PublishOptions {
  /** When it aborts, nothing more is sent, and the outcome of undecided events is `unknown`. */
  readonly signal?: AbortSignal;
  /**
   * What happens to later events with the topic and key of a refused event. `pass` (the default) publishes them. `wait`
   * does not, and their outcome is `unknown`.
   */
  readonly afterRefused?: "wait" | "pass";
}

export interface EventPublisher {
  /**
   * Publishes events and waits until every in-sync replica has acknowledged them. Returns one outcome per event, in
   * order. Events of one key keep their order, also when the caller publishes the events with unknown outcomes again.
   * Throws `UnavailableError` when the event log cannot be reached; then nothing was sent.
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
   * Passes batches to `handle` until the signal aborts, then finishes the current batches and resolves. Batches of one
   * partition are handled sequentially; partitions may be handled concurrently. The source commits a batch's offset
   * only after `handle` resolves. While `handle` is busy, the source stays a member of its group and reads ahead only
   * into a bounded buffer. If `handle` rejects, the source commits nothing and `run` rejects with the same reason.
   */
  run(handle: (batch: EventBatch, signal: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<void>;
}

export interface EventLogReader {
  /**
   * Reads every event that a topic holds at the time of the call, in offset order within each partition, and passes
   * them to `handle` in bounded chunks. Joins no group and commits nothing. Throws `UnavailableError`.
   */
  readAll(
    topic: string,
    handle: (events: readonly ConsumedEvent[]) => void | Promise<void>,
    signal: AbortSignal,
  ): Promise<void>;
}

/** The lag of a consumer group in one partition. */
export interface PartitionLag {
  readonly topic: string;
  readonly partition: number;
  /** The next offset the group will read; null when it has committed none. */
  readonly committed: bigint | null;
  /** The offset the next event will get. */
  readonly end: bigint;
  /** Events not yet consumed. */
  readonly lag: bigint;
}

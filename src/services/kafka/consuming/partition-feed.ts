/**
 * One assigned partition: the events fetched but not yet handed over, and how far they have been dealt with.
 *
 * States: reading (fetches wanted while the buffer has room) → full (none wanted until a batch is taken) → reading …;
 * from either → stopped, when the source ends: the batch in hand is the last; from any → abandoned, when the partition
 * goes to another member: the batch in hand is given up too, and nothing of it is committed any more.
 */
import type { ConsumedEvent } from "../../../contract/event.ts";
import type { EventBatch } from "../../../core/events/ports.ts";

export interface BatchLimits {
  readonly maxEvents: number;
  /** A batch is handed over when it is full, or this long after its first event. */
  readonly maxWaitMs: number;
}

/** Fetched ahead of the handler, per partition. */
const BUFFERED_BYTES = 8_000_000;

export class PartitionFeed {
  readonly topic: string;
  readonly partition: number;
  /** The topic's own id: another one under the same name is another topic. */
  readonly topicId: string;
  /** The first offset it was to read. */
  readonly start: bigint;
  readonly #limits: BatchLimits;
  readonly #abandonment = new AbortController();
  #arrivals: PromiseWithResolvers<void> = Promise.withResolvers();
  #buffer: ConsumedEvent[] = [];
  #bufferedBytes = 0;
  #stopped = false;
  #position: bigint;
  #handled: bigint;

  constructor(
    place: { readonly topic: string; readonly partition: number; readonly topicId: string },
    startOffset: bigint,
    limits: BatchLimits,
  ) {
    this.topic = place.topic;
    this.partition = place.partition;
    this.topicId = place.topicId;
    this.start = startOffset;
    this.#position = startOffset;
    this.#handled = startOffset;
    this.#limits = limits;
  }

  /** Where the next fetch begins. */
  get position(): bigint {
    return this.#position;
  }

  /** Everything before this offset has been dealt with. */
  get handled(): bigint {
    return this.#handled;
  }

  /** True once no batch follows the one in hand. */
  get stopped(): boolean {
    return this.#stopped;
  }

  get wantsMore(): boolean {
    return (
      !this.#stopped &&
      this.#bufferedBytes < BUFFERED_BYTES &&
      this.#buffer.length < 2 * this.#limits.maxEvents
    );
  }

  get bufferedBytes(): number {
    return this.#bufferedBytes;
  }

  /** Aborts when the partition is abandoned. */
  get signal(): AbortSignal {
    return this.#abandonment.signal;
  }

  /** The batch in hand is the last. */
  stop(): void {
    this.#stopped = true;
    this.#buffer = [];
    this.#bufferedBytes = 0;
    this.#arrivals.resolve();
  }

  abandon(): void {
    this.#abandonment.abort(new Error("partition given up"));
    this.stop();
  }

  /** Adds what a fetch from `position` brought. */
  add(events: readonly ConsumedEvent[], nextOffset: bigint, sizeBytes: number): void {
    if (this.#stopped) return;
    for (const event of events) this.#buffer.push(event);
    this.#bufferedBytes += sizeBytes;
    this.#position = nextOffset;
    if (events.length > 0) this.#arrivals.resolve();
  }

  /** Goes on reading elsewhere, once what was fetched has been dealt with. */
  seek(offset: bigint): void {
    this.#position = offset;
  }

  /** The next events in order, waiting for them; null once stopped or abandoned. */
  async nextBatch(): Promise<EventBatch | null> {
    while (this.#buffer.length === 0 && !this.#stopped) await this.#arrival(null);
    const handOverAtMs = performance.now() + this.#limits.maxWaitMs;
    while (!this.#stopped && this.#buffer.length < this.#limits.maxEvents && this.wantsMore) {
      const leftMs = handOverAtMs - performance.now();
      if (leftMs <= 0) break;
      await this.#arrival(leftMs);
    }
    return this.#stopped ? null : this.#take();
  }

  /** Notes that a batch has been dealt with. */
  markHandled(batch: EventBatch): void {
    const last = batch.events.at(-1);
    if (last === undefined) return;
    // Behind the last event there may be records that are no events, such as a transaction's end.
    this.#handled = this.#buffer.length === 0 && !this.#stopped ? this.#position : last.offset + 1n;
  }

  #take(): EventBatch {
    const taken = Math.min(this.#buffer.length, this.#limits.maxEvents);
    const share = Math.ceil((this.#bufferedBytes * taken) / this.#buffer.length);
    const events = this.#buffer.splice(0, taken);
    this.#bufferedBytes = this.#buffer.length === 0 ? 0 : this.#bufferedBytes - share;
    return { topic: this.topic, partition: this.partition, events };
  }

  async #arrival(longestMs: number | null): Promise<void> {
    this.#arrivals = Promise.withResolvers();
    const { promise, resolve } = this.#arrivals;
    const timer = longestMs === null ? undefined : setTimeout(resolve, longestMs);
    await promise;
    clearTimeout(timer);
  }
}

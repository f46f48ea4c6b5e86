/**
 * One assigned partition: the events fetched but not yet handed over, and how far they are handled. Batches stay packed
 * until the handler is ready, and no more are unpacked than the buffer may hold: unpacked bytes are what bounds memory.
 *
 * States: reading (the buffer has room) → full (no fetches until a batch is taken) → reading …; from either → stopped,
 * when the source ends: the batch being handled is the last; from any → abandoned, when the partition is revoked: the
 * batch being handled is abandoned too, and nothing more is committed.
 */
import type { ConsumedEvent } from "../../../contract/events/event.ts";
import type { EventBatch } from "../../../core/events/ports.ts";
import type { PackedEvents } from "../protocol/consumed-events.ts";

export interface BatchLimits {
  readonly maxEvents: number;
  /** A batch is handed over when it is full, or this long after its first event. */
  readonly maxWaitMs: number;
}

/** For each partition, packed or not; the last batch unpacked can exceed it. */
const BUFFERED_BYTES = 8_000_000;

export class PartitionFeed {
  readonly topic: string;
  readonly partition: number;
  /** A topic created again under the same name has another id. */
  readonly topicId: string;
  /** The first offset to read. */
  readonly start: bigint;
  readonly #limits: BatchLimits;
  readonly #abandonment = new AbortController();
  #arrivals: PromiseWithResolvers<void> = Promise.withResolvers();
  #packed: PackedEvents[] = [];
  #unpacked: ConsumedEvent[] = [];
  #unpackedBytes = 0;
  #bytesInHand = 0;
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

  /** Every event before this offset is handled. */
  get handled(): bigint {
    return this.#handled;
  }

  /** True once no further batch will be handed over. */
  get stopped(): boolean {
    return this.#stopped;
  }

  get wantsMore(): boolean {
    return (
      !this.#stopped &&
      this.bufferedBytes < BUFFERED_BYTES &&
      this.#bufferedEvents < 2 * this.#limits.maxEvents
    );
  }

  get bufferedBytes(): number {
    return this.#packed.reduce((sum, { sizeBytes }) => sum + sizeBytes, this.#unpackedBytes);
  }

  /** The buffer, and the batch that is being handled. */
  get heldBytes(): number {
    return this.bufferedBytes + this.#bytesInHand;
  }

  get #bufferedEvents(): number {
    return this.#packed.reduce((sum, { count }) => sum + count, this.#unpacked.length);
  }

  /** Aborts when the partition is abandoned. */
  get signal(): AbortSignal {
    return this.#abandonment.signal;
  }

  /** The batch being handled is the last. */
  stop(): void {
    this.#stopped = true;
    this.#packed = [];
    this.#unpacked = [];
    this.#unpackedBytes = 0;
    this.#arrivals.resolve();
  }

  abandon(): void {
    this.#abandonment.abort(new Error("partition given up"));
    this.stop();
  }

  /** Adds the batches of a fetch from `position`. */
  add(batches: readonly PackedEvents[], nextOffset: bigint): void {
    if (this.#stopped) return;
    this.#packed.push(...batches);
    this.#position = nextOffset;
    if (batches.length > 0) this.#arrivals.resolve();
  }

  /** The next fetch begins here; events already fetched are still handed over. */
  seek(offset: bigint): void {
    this.#position = offset;
  }

  /** Waits for the next events, in order; null once stopped or abandoned. */
  async nextBatch(): Promise<EventBatch | null> {
    while (!this.#stopped) {
      if (this.#packed.length === 0 && this.#unpacked.length === 0) {
        await this.#arrival(null);
        continue;
      }
      await this.#company();
      this.#unpack();
      if (this.#unpacked.length > 0) return this.#take();
    }
    return null;
  }

  /** Waits until a batch is full, for at most `maxWaitMs`. */
  async #company(): Promise<void> {
    const handOverAtMs = performance.now() + this.#limits.maxWaitMs;
    while (!this.#stopped && this.#bufferedEvents < this.#limits.maxEvents && this.wantsMore) {
      const leftMs = handOverAtMs - performance.now();
      if (leftMs <= 0) return;
      await this.#arrival(leftMs);
    }
  }

  #unpack(): void {
    while (this.#unpacked.length < this.#limits.maxEvents && this.#unpackedBytes < BUFFERED_BYTES) {
      const next = this.#packed.shift();
      if (next === undefined) return;
      const { events, sizeBytes } = next.unpack();
      for (const event of events) this.#unpacked.push(event);
      if (events.length > 0) this.#unpackedBytes += sizeBytes;
    }
  }

  /** Call it when a batch has been handled. */
  markHandled(batch: EventBatch): void {
    this.#bytesInHand = 0;
    const last = batch.events.at(-1);
    if (last === undefined) return;
    // After the last event the log can hold records that are no events, such as the end of a transaction.
    const isAll = this.#packed.length === 0 && this.#unpacked.length === 0 && !this.#stopped;
    this.#handled = isAll ? this.#position : last.offset + 1n;
  }

  #take(): EventBatch {
    const taken = Math.min(this.#unpacked.length, this.#limits.maxEvents);
    const share = Math.ceil((this.#unpackedBytes * taken) / this.#unpacked.length);
    const events = this.#unpacked.splice(0, taken);
    this.#unpackedBytes = this.#unpacked.length === 0 ? 0 : this.#unpackedBytes - share;
    this.#bytesInHand = share;
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

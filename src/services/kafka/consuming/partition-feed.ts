/**
 * One assigned partition: the events fetched but not yet handed over, and how far they have been dealt with. Batches stay
 * packed until their events are about to be handed over, and then no more are unpacked than the buffer may hold: so
 * memory is bounded by what events are, not by what they came as.
 *
 * States: reading (fetches wanted while the buffer has room) → full (none wanted until a batch is taken) → reading …;
 * from either → stopped, when the source ends: the batch in hand is the last; from any → abandoned, when the partition
 * goes to another member: the batch in hand is given up too, and nothing of it is committed any more.
 */
import type { ConsumedEvent } from "../../../contract/event.ts";
import type { EventBatch } from "../../../core/events/ports.ts";
import type { PackedEvents } from "../protocol/consumed-events.ts";

export interface BatchLimits {
  readonly maxEvents: number;
  /** A batch is handed over when it is full, or this long after its first event. */
  readonly maxWaitMs: number;
}

/** Fetched ahead of the handler, per partition, packed or not: one batch more may be unpacked. */
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
      this.bufferedBytes < BUFFERED_BYTES &&
      this.#bufferedEvents < 2 * this.#limits.maxEvents
    );
  }

  get bufferedBytes(): number {
    return this.#packed.reduce((sum, { sizeBytes }) => sum + sizeBytes, this.#unpackedBytes);
  }

  /** With the batch in hand. */
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

  /** The batch in hand is the last. */
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

  /** Adds what a fetch from `position` brought. */
  add(batches: readonly PackedEvents[], nextOffset: bigint): void {
    if (this.#stopped) return;
    this.#packed.push(...batches);
    this.#position = nextOffset;
    if (batches.length > 0) this.#arrivals.resolve();
  }

  /** Goes on reading elsewhere, once what was fetched has been dealt with. */
  seek(offset: bigint): void {
    this.#position = offset;
  }

  /** The next events in order, waiting for them; null once stopped or abandoned. */
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

  /** Waits until a batch is full, for at most as long as its first event may wait. */
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

  /** Notes that a batch has been dealt with. */
  markHandled(batch: EventBatch): void {
    this.#bytesInHand = 0;
    const last = batch.events.at(-1);
    if (last === undefined) return;
    // Behind the last event there may be records that are no events, such as a transaction's end.
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

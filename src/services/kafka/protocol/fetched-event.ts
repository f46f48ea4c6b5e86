/**
 * An event that stays the bytes it came as until somebody asks for a part of it: most are asked only for their value
 * and one header, and thousands wait to be handled.
 */
import type { ConsumedEvent, EventHeaders } from "../../../contract/event.ts";
import type { FetchedBatch } from "./fetched-batch.ts";
import { RecordReader } from "./record-reader.ts";

/** What the events of one batch have in common. */
export interface EventOrigin {
  readonly topic: string;
  readonly partition: number;
  readonly batch: FetchedBatch;
  /** The batch's records. */
  readonly bytes: Buffer;
}

class FetchedEvent implements ConsumedEvent {
  readonly #origin: EventOrigin;
  /** Where its record begins, behind its length. */
  readonly #at: number;

  constructor(origin: EventOrigin, at: number) {
    this.#origin = origin;
    this.#at = at;
  }

  get topic(): string {
    return this.#origin.topic;
  }

  get partition(): number {
    return this.#origin.partition;
  }

  get offset(): bigint {
    const reader = this.#reader().toTimestamp();
    reader.integer();
    return this.#origin.batch.firstOffset + BigInt(reader.integer());
  }

  get timestampMs(): number {
    const { appendedAtMs, firstTimestampMs } = this.#origin.batch;
    return appendedAtMs ?? firstTimestampMs + this.#reader().toTimestamp().integer();
  }

  get key(): string | null {
    return this.#reader().toKey().text();
  }

  get value(): Uint8Array | null {
    const reader = this.#reader().toKey();
    reader.skip();
    return reader.bytes();
  }

  get headers(): EventHeaders {
    const reader = this.#reader().toHeaders();
    const headers: Record<string, string> = {};
    for (let left = reader.integer(); left > 0; left -= 1) {
      const name = reader.text() ?? "";
      headers[name] = reader.text() ?? "";
    }
    return headers;
  }

  header(name: string): string | undefined {
    const reader = this.#reader().toHeaders();
    let found: string | undefined;
    for (let left = reader.integer(); left > 0; left -= 1) {
      if (reader.isText(name)) found = reader.text() ?? "";
      else reader.skip();
    }
    return found;
  }

  #reader(): RecordReader {
    return new RecordReader(this.#origin.bytes, this.#at);
  }
}

/**
 * The events of a batch from an offset on, and how many bytes they are. Throws `RangeError` when the batch is not what
 * its header says.
 */
export function eventsOf(
  origin: EventOrigin,
  fromOffset: bigint,
): { readonly events: readonly ConsumedEvent[]; readonly sizeBytes: number } {
  const { batch, bytes } = origin;
  const beginsEarlier = batch.firstOffset < fromOffset;
  const events: ConsumedEvent[] = [];
  let sizeBytes = 0;
  let at = 0;
  for (let index = 0; index < batch.recordCount; index += 1) {
    const reader = new RecordReader(bytes, at);
    const length = reader.integer();
    const start = reader.at;
    at = start + length;
    if (length < 1 || at > bytes.length) throw new RangeError(`record ${index} does not fit in its batch`);
    const event = new FetchedEvent(origin, start);
    if (beginsEarlier && event.offset < fromOffset) continue;
    events.push(event);
    sizeBytes += length;
  }
  return { events, sizeBytes };
}

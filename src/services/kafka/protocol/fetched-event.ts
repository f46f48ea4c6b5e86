/**
 * Events that decode a field only when it is read: most are read for their value and one header only, and thousands wait
 * in memory. Bytes that can't be read become an event too, with the reason: nothing is skipped silently, and reading a
 * field never fails.
 */
import { isUtf8 } from "node:buffer";
import { messageOf } from "../../../contract/errors.ts";
import type { BinaryParts, ConsumedEvent, EventHeaders } from "../../../contract/events/event.ts";
import { type FetchedBatch, UNPACKED_BATCH_BYTES } from "./fetched-batch.ts";
import { RecordReader, walkRecord } from "./record-reader.ts";

/** What the events of one batch share. */
export interface EventOrigin {
  readonly topic: string;
  readonly partition: number;
  readonly batch: FetchedBatch;
  /** The batch's records, unpacked. */
  readonly bytes: Buffer;
}

export interface UnpackedEvents {
  readonly events: readonly ConsumedEvent[];
  /** Their size in memory. */
  readonly sizeBytes: number;
}

/** An upper estimate of an event's memory beside its bytes. */
const EVENT_BYTES = 100;
const MOST_RECORDS = Math.floor(UNPACKED_BATCH_BYTES / EVENT_BYTES);

/** The instants that a `Date` can hold (ECMA-262, "Time Values"). */
const LATEST_MS = 8.64e15;

/** Limits a timestamp to that range: a producer can write any number. */
function instant(timestampMs: number): number {
  return Math.max(-LATEST_MS, Math.min(LATEST_MS, timestampMs));
}

/** The bytes, where they are not UTF-8. */
function binaryOrNull(bytes: Uint8Array | null): Uint8Array | null {
  return bytes === null || isUtf8(bytes) ? null : bytes;
}

class FetchedEvent implements ConsumedEvent {
  readonly #origin: EventOrigin;
  /** Where its record begins, after the length. */
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
    return instant(appendedAtMs ?? firstTimestampMs + this.#reader().toTimestamp().integer());
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
    const headers: [string, string][] = [];
    for (let left = reader.integer(); left > 0; left -= 1) {
      headers.push([reader.text() ?? "", reader.text() ?? ""]);
    }
    // Unlike an assignment, this keeps a header named __proto__.
    return Object.fromEntries(headers);
  }

  get binary(): BinaryParts | undefined {
    const reader = this.#reader().toKey();
    const key = binaryOrNull(reader.bytes());
    reader.skip();
    const headers: [string, Uint8Array][] = [];
    for (let left = reader.integer(); left > 0; left -= 1) {
      const name = reader.text() ?? "";
      const value = binaryOrNull(reader.bytes());
      if (value !== null) headers.push([name, value]);
    }
    return key === null && headers.length === 0 ? undefined : { key, headers: Object.fromEntries(headers) };
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

/** Bytes that can't be read as a record, with the reason. */
class UnreadableEvent implements ConsumedEvent {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly timestampMs: number;
  readonly key = null;
  readonly headers = {};
  readonly value: Uint8Array;
  readonly unreadable: string;

  constructor(
    { topic, partition, batch }: Omit<EventOrigin, "bytes">,
    offset: bigint,
    bytes: Buffer,
    why: string,
  ) {
    this.topic = topic;
    this.partition = partition;
    this.offset = offset;
    this.timestampMs = instant(batch.appendedAtMs ?? batch.firstTimestampMs);
    this.value = bytes;
    this.unreadable = why;
  }

  header(): undefined {
    return undefined;
  }
}

/**
 * The events of a batch from an offset on. Never throws: a record that can't be read is an event with the reason and its
 * bytes. When a record's end is unknown, it and all that follow are one such event; so is a batch that can't be unpacked.
 */
export function eventsOf(place: Omit<EventOrigin, "bytes">, fromOffset: bigint): UnpackedEvents {
  const { batch } = place;
  const last = batch.nextOffset - 1n;
  try {
    if (batch.recordCount > MOST_RECORDS) throw new Error(`it claims ${batch.recordCount} records`);
    const bytes = batch.records();
    const events = unpackedEvents({ ...place, bytes }, fromOffset);
    return { events, sizeBytes: bytes.length + events.length * EVENT_BYTES };
  } catch (error) {
    const why = `the batch of offsets ${batch.firstOffset} to ${last} can't be unpacked: ${messageOf(error)}`;
    return { events: [new UnreadableEvent(place, last, batch.packed, why)], sizeBytes: batch.packed.length };
  }
}

function unpackedEvents(origin: EventOrigin, fromOffset: bigint): readonly ConsumedEvent[] {
  const { batch, bytes } = origin;
  const beginsEarlier = batch.firstOffset < fromOffset;
  const events: ConsumedEvent[] = [];
  const reader = new RecordReader(bytes, 0);
  const lastDelta = batch.lastOffsetDelta;
  let delta = -1;
  let at = 0;
  const unreadable = (from: number, to: number, why: string): void => {
    const offset = batch.firstOffset + BigInt(delta);
    events.push(
      new UnreadableEvent(origin, offset, bytes.subarray(from, to), `the record is malformed: ${why}`),
    );
  };
  for (let index = 0; index < batch.recordCount; index += 1) {
    const end = endOfRecord(reader, at);
    if (end === null) break;
    const start = reader.at;
    at = end;
    let offsetDelta = delta + 1;
    let fault: string | null = null;
    try {
      offsetDelta = walkRecord(reader, end);
      if (offsetDelta <= delta || offsetDelta > lastDelta)
        fault = `it claims the place ${offsetDelta} in its batch`;
    } catch (error) {
      fault = messageOf(error);
    }
    delta = fault === null ? offsetDelta : Math.min(delta + 1, lastDelta);
    if (beginsEarlier && batch.firstOffset + BigInt(delta) < fromOffset) continue;
    if (fault === null) events.push(new FetchedEvent(origin, start));
    else unreadable(start, end, fault);
  }
  if (at < bytes.length) {
    delta = lastDelta;
    unreadable(at, bytes.length, "it does not end within its batch, or its batch does not count it");
  }
  return events;
}

/** Reads a record's length and returns where it ends; null when that is outside the bytes. */
function endOfRecord(reader: RecordReader, at: number): number | null {
  reader.moveTo(at);
  try {
    const length = reader.integer();
    const end = reader.at + length;
    return length >= 1 && end <= reader.length ? end : null;
  } catch {
    return null;
  }
}

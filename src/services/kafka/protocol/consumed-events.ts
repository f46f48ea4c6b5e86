/** From what a fetch brought of a partition to events: control records and aborted transactions left out. */
import type { ConsumedEvent } from "../../../contract/event.ts";
import type { AbortedTransaction, FetchedPartition } from "./fetch-format.ts";
import { type FetchedBatch, readBatches } from "./fetched-batch.ts";
import { eventsOf } from "./fetched-event.ts";
import { RecordReader } from "./record-reader.ts";

export interface DecodedPartition {
  readonly events: readonly ConsumedEvent[];
  /** Where the next fetch goes on; null when nothing came. */
  readonly nextOffset: bigint | null;
  /** Unpacked. */
  readonly sizeBytes: number;
}

const CONTROL_TYPE_AT = 2;
const ABORT_MARKER = 0;

/**
 * The events from `fromOffset` on: a batch may begin before the offset that was asked for. Throws what `readBatches`
 * and unpacking throw.
 */
export function decodePartition(
  topic: string,
  { partition, records, abortedTransactions }: FetchedPartition,
  fromOffset: bigint,
): DecodedPartition {
  const isAborted = abortedIn(abortedTransactions);
  const events: ConsumedEvent[] = [];
  let nextOffset: bigint | null = null;
  let sizeBytes = 0;
  for (const batch of records === null ? [] : readBatches(records)) {
    nextOffset = batch.nextOffset;
    if (isAborted(batch) || batch.isControl) continue;
    const found = eventsOf({ topic, partition, batch, bytes: batch.records() }, fromOffset);
    for (const event of found.events) events.push(event);
    sizeBytes += found.sizeBytes;
  }
  return { events, nextOffset, sizeBytes };
}

/** Tells, batch after batch in their order, which belong to a transaction that was aborted. */
function abortedIn(transactions: readonly AbortedTransaction[]): (batch: FetchedBatch) => boolean {
  const waiting = transactions.toSorted((a, b) => Number(a.firstOffset - b.firstOffset));
  const open = new Set<bigint>();
  return (batch) => {
    for (;;) {
      const [next] = waiting;
      if (next === undefined || next.firstOffset >= batch.nextOffset) break;
      open.add(next.producerId);
      waiting.shift();
    }
    if (!batch.isTransactional) return false;
    if (batch.isControl) {
      if (endsInAbort(batch)) open.delete(batch.producerId);
      return false;
    }
    return open.has(batch.producerId);
  };
}

/** By its one record's key: two bytes of version, then two of type (protocol guide, "Control Record"). */
function endsInAbort(batch: FetchedBatch): boolean {
  const reader = new RecordReader(batch.records(), 0);
  reader.integer();
  const key = reader.toKey().bytes();
  return key?.readInt16BE(CONTROL_TYPE_AT) === ABORT_MARKER;
}

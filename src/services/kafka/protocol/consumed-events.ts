/** From what a fetch brought of a partition to batches of events: control records and aborted transactions left out. */
import type { AbortedTransaction, FetchedPartition } from "./fetch-format.ts";
import { type CorruptBatchError, type FetchedBatch, readBatches } from "./fetched-batch.ts";
import { eventsOf, type UnpackedEvents } from "./fetched-event.ts";
import { RecordReader } from "./record-reader.ts";

/** A batch that holds events, not yet unpacked. */
export interface PackedEvents {
  /** Packed. */
  readonly sizeBytes: number;
  /** As the batch says: unpacked they can be fewer. */
  readonly count: number;
  /** The events in offset order. Never throws. */
  unpack(): UnpackedEvents;
}

export interface ReadPartition {
  readonly batches: readonly PackedEvents[];
  /** Where the next fetch goes on; null when no whole batch came. */
  readonly nextOffset: bigint | null;
  /** What stands behind the batches and can't be read. */
  readonly corrupt: CorruptBatchError | null;
  /** How many bytes came of a batch that is not whole. */
  readonly cutOffBytes: number;
}

const CONTROL_TYPE_AT = 2;
const ABORT_MARKER = 0;

/** The events from `fromOffset` on: a batch may begin before the offset that was asked for. Never throws. */
export function readPartition(
  { topic, partition, records, abortedTransactions }: FetchedPartition,
  fromOffset: bigint,
): ReadPartition {
  if (records === null) return { batches: [], nextOffset: null, corrupt: null, cutOffBytes: 0 };
  const { batches, corrupt, cutOffBytes } = readBatches(records, fromOffset);
  const isAborted = abortedIn(abortedTransactions);
  const packed = batches
    .filter((batch) => !isAborted(batch) && !batch.isControl)
    .map((batch) => packedEvents(topic, partition, batch, fromOffset));
  return { batches: packed, nextOffset: batches.at(-1)?.nextOffset ?? null, corrupt, cutOffBytes };
}

function packedEvents(
  topic: string,
  partition: number,
  batch: FetchedBatch,
  fromOffset: bigint,
): PackedEvents {
  return {
    sizeBytes: batch.packed.length,
    count: Math.max(0, batch.recordCount),
    unpack: () => eventsOf({ topic, partition, batch }, fromOffset),
  };
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

/**
 * By its one record's key: two bytes of version, then two of type (protocol guide, "Control Record"). One that compaction
 * has emptied ends nothing: the transaction's events are gone as well.
 */
function endsInAbort(batch: FetchedBatch): boolean {
  if (batch.recordCount < 1) return false;
  try {
    const reader = new RecordReader(batch.records(), 0);
    reader.integer();
    return reader.toKey().bytes()?.readInt16BE(CONTROL_TYPE_AT) === ABORT_MARKER;
  } catch {
    // No broker writes such a marker. Taken for none, it leaves out what follows of that producer in this fetch only.
    return false;
  }
}

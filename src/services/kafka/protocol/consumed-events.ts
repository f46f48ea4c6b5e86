/** Turns one partition of a fetch response into batches of events, without control records and aborted transactions. */
import type { AbortedTransaction, FetchedPartition } from "./fetch-format.ts";
import { type CorruptBatchError, type FetchedBatch, readBatches } from "./fetched-batch.ts";
import { eventsOf, type UnpackedEvents } from "./fetched-event.ts";
import { RecordReader } from "./record-reader.ts";

/** A batch that holds events, not yet unpacked. */
export interface PackedEvents {
  /** Packed. */
  readonly sizeBytes: number;
  /** As the batch claims; it can hold fewer. */
  readonly count: number;
  /** The events in offset order. Never throws. */
  unpack(): UnpackedEvents;
}

export interface ReadPartition {
  readonly batches: readonly PackedEvents[];
  /** Where the next fetch begins; null when there was no whole batch. */
  readonly nextOffset: bigint | null;
  /** The fault of the bytes that follow the batches. */
  readonly corrupt: CorruptBatchError | null;
  /** The size of an incomplete last batch. */
  readonly cutOffBytes: number;
}

const CONTROL_TYPE_AT = 2;
const ABORT_MARKER = 0;

/** Reads the events from `fromOffset` on; the first batch can begin earlier. Never throws. */
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

/** Tells which batches belong to aborted transactions; call it for each batch, in their order. */
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
 * The key of the only record holds two bytes of version, then two of type (protocol guide, "Control Record"). A control
 * batch that compaction has emptied ends nothing: the transaction's events are gone as well.
 */
function endsInAbort(batch: FetchedBatch): boolean {
  if (batch.recordCount < 1) return false;
  try {
    const reader = new RecordReader(batch.records(), 0);
    reader.integer();
    return reader.toKey().bytes()?.readInt16BE(CONTROL_TYPE_AT) === ABORT_MARKER;
  } catch {
    // No broker writes such a marker. Ignoring it hides the producer's later events of this fetch, no others.
    return false;
  }
}

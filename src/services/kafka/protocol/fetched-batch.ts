/** Reads the headers of fetched record batches; the records stay packed (Kafka protocol guide, "Record Batch"). */
import { crc32c, RECORD_BATCH_VERSION } from "../client-adapters/wire.ts";
import { BATCH } from "./batch-layout.ts";
import { unpacked } from "./unpacking.ts";

export interface FetchedBatch {
  readonly firstOffset: bigint;
  /** The last record's offset minus the first's, also when compaction has removed that record. */
  readonly lastOffsetDelta: number;
  /** The offset after its last record. */
  readonly nextOffset: bigint;
  readonly isTransactional: boolean;
  /** Ends a transaction; its records are no events. */
  readonly isControl: boolean;
  readonly producerId: bigint;
  readonly firstTimestampMs: number;
  /** The timestamp of all its events when the log sets it; else null. */
  readonly appendedAtMs: number | null;
  readonly recordCount: number;
  /** The records as they came. */
  readonly packed: Buffer;
  /** Unpacks the records. Throws `Error`, with the reason, when that is impossible. */
  records(): Buffer;
}

/**
 * Bytes that no producer wrote. If the network changed them, another fetch brings the right ones; if the disk did, a person
 * has to decide.
 */
export class CorruptBatchError extends Error {
  override readonly name = "CorruptBatchError";
}

export interface ReadBatches {
  /** The whole batches before the first fault. */
  readonly batches: readonly FetchedBatch[];
  readonly corrupt: CorruptBatchError | null;
  /** The size of an incomplete last batch: the broker may cut it off. */
  readonly cutOffBytes: number;
}

/** The most that one batch may unpack to. By default brokers accept packed batches of 1 MiB; ten to one is usual. */
export const UNPACKED_BATCH_BYTES = 32 << 20;

/** Bits of a batch's attributes. */
const COMPRESSION = 7;
const LOG_APPEND_TIME = 1 << 3;
const IS_TRANSACTIONAL = 1 << 4;
const IS_CONTROL = 1 << 5;

/** Reads the batches of a fetch from `fromOffset`. Never throws. */
export function readBatches(bytes: Buffer, fromOffset: bigint): ReadBatches {
  const batches: FetchedBatch[] = [];
  let at = 0;
  let expected = fromOffset;
  while (bytes.length - at > BATCH.leaderEpoch) {
    const end = at + BATCH.leaderEpoch + bytes.readInt32BE(at + BATCH.length);
    if (end > bytes.length) break;
    const batch = readBatch(bytes.subarray(at, Math.max(at, end)), expected);
    if (typeof batch === "string") {
      return {
        batches,
        corrupt: new CorruptBatchError(`the batch at offset ${expected} ${batch}`),
        cutOffBytes: 0,
      };
    }
    batches.push(batch);
    expected = batch.nextOffset;
    at = end;
  }
  return { batches, corrupt: null, cutOffBytes: bytes.length - at };
}

/** Returns the batch, or what is wrong with it. */
function readBatch(bytes: Buffer, expected: bigint): FetchedBatch | string {
  if (bytes.length < BATCH.records) return "is shorter than a batch can be";
  const magic = bytes.readInt8(BATCH.magic);
  if (magic !== RECORD_BATCH_VERSION) return `has the unknown format ${magic}`;
  if (crc32c(bytes.subarray(BATCH.attributes)) !== bytes.readUInt32BE(BATCH.crc)) {
    return "does not match its checksum";
  }
  const firstOffset = bytes.readBigInt64BE(BATCH.firstOffset);
  const lastOffsetDelta = bytes.readInt32BE(BATCH.lastOffsetDelta);
  const nextOffset = firstOffset + BigInt(lastOffsetDelta) + 1n;
  if (firstOffset < 0n || lastOffsetDelta < 0 || nextOffset <= expected) {
    return `claims the offsets ${firstOffset} to ${nextOffset - 1n}`;
  }
  const attributes = bytes.readInt16BE(BATCH.attributes);
  const packed = bytes.subarray(BATCH.records);
  return {
    firstOffset,
    lastOffsetDelta,
    nextOffset,
    isTransactional: (attributes & IS_TRANSACTIONAL) !== 0,
    isControl: (attributes & IS_CONTROL) !== 0,
    producerId: bytes.readBigInt64BE(BATCH.producerId),
    firstTimestampMs: Number(bytes.readBigInt64BE(BATCH.firstTimestamp)),
    appendedAtMs: attributes & LOG_APPEND_TIME ? Number(bytes.readBigInt64BE(BATCH.maxTimestamp)) : null,
    recordCount: bytes.readInt32BE(BATCH.recordCount),
    packed,
    records: () => unpacked(packed, attributes & COMPRESSION, UNPACKED_BATCH_BYTES),
  };
}

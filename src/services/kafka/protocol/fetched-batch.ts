/** Record batches as a fetch brings them, their records still packed (Kafka protocol guide, "Record Batch"). */
import { crc32c, RECORD_BATCH_VERSION } from "../client-adapters/wire.ts";
import { BATCH } from "./batch-layout.ts";
import { unpacked } from "./unpacking.ts";

export interface FetchedBatch {
  readonly firstOffset: bigint;
  /** How far its last record is from the first in offsets, whether that is still there or compacted away. */
  readonly lastOffsetDelta: number;
  /** The offset behind its last record. */
  readonly nextOffset: bigint;
  readonly isTransactional: boolean;
  /** Ends a transaction; its records are no events. */
  readonly isControl: boolean;
  readonly producerId: bigint;
  readonly firstTimestampMs: number;
  /** Where the log stamps events itself: the one stamp of all of them. */
  readonly appendedAtMs: number | null;
  readonly recordCount: number;
  /** As they came. */
  readonly packed: Buffer;
  /** Unpacks the records, one after the other. Throws `Error`, with the reason, when they can't be. */
  records(): Buffer;
}

/**
 * Bytes that no producer sent as they are. Another fetch brings what was meant where the network changed them; where the
 * disk did, a person has to decide.
 */
export class CorruptBatchError extends Error {
  override readonly name = "CorruptBatchError";
}

export interface ReadBatches {
  /** The whole batches in front of what can't be read. */
  readonly batches: readonly FetchedBatch[];
  readonly corrupt: CorruptBatchError | null;
  /** How many bytes of a last batch there are that is not whole: the broker may cut it off. */
  readonly cutOffBytes: number;
}

/** One batch may unpack to this much. Brokers take batches of 1 MiB unless told otherwise, packed about ten to one. */
export const UNPACKED_BATCH_BYTES = 32 << 20;

/** Bits of a batch's attributes. */
const COMPRESSION = 7;
const LOG_APPEND_TIME = 1 << 3;
const IS_TRANSACTIONAL = 1 << 4;
const IS_CONTROL = 1 << 5;

/** The batches in what a fetch from `fromOffset` brought. Never throws. */
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

/** What is wrong with it instead, where something is. */
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

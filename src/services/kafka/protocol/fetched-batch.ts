/** Record batches as a fetch brings them, their records still as bytes (Kafka protocol guide, "Record Batch"). */
import zlib from "node:zlib";
import { crc32c, decompressLz4, decompressSnappy, RECORD_BATCH_VERSION } from "../client-adapters/wire.ts";
import { BATCH } from "./batch-layout.ts";

export interface FetchedBatch {
  readonly firstOffset: bigint;
  /** The offset behind its last record, whether that is still there or compacted away. */
  readonly nextOffset: bigint;
  readonly isTransactional: boolean;
  /** Ends a transaction; its records are no events. */
  readonly isControl: boolean;
  readonly producerId: bigint;
  readonly firstTimestampMs: number;
  /** Where the log stamps events itself: the one stamp of all of them. */
  readonly appendedAtMs: number | null;
  readonly recordCount: number;
  /** Unpacks the records, one after the other. Throws `Error` when they can't be. */
  records(): Buffer;
}

/** Thrown for bytes that no producer sent as they are: the fetch may be tried again. */
export class CorruptBatchError extends Error {
  override readonly name = "CorruptBatchError";
}

/** Bits of a batch's attributes. */
const COMPRESSION = 7;
const LOG_APPEND_TIME = 1 << 3;
const IS_TRANSACTIONAL = 1 << 4;
const IS_CONTROL = 1 << 5;

/** The whole batches in it: the broker may have cut off the last one. Throws `CorruptBatchError`. */
export function readBatches(bytes: Buffer): readonly FetchedBatch[] {
  const batches: FetchedBatch[] = [];
  let at = 0;
  while (bytes.length - at > BATCH.leaderEpoch) {
    const end = at + BATCH.leaderEpoch + bytes.readInt32BE(at + BATCH.length);
    if (end > bytes.length) break;
    batches.push(readBatch(bytes.subarray(at, end)));
    at = end;
  }
  return batches;
}

function readBatch(bytes: Buffer): FetchedBatch {
  const firstOffset = bytes.readBigInt64BE(BATCH.firstOffset);
  const magic = bytes.readInt8(BATCH.magic);
  if (magic !== RECORD_BATCH_VERSION) {
    throw new CorruptBatchError(`the batch at offset ${firstOffset} has the unknown format ${magic}`);
  }
  if (
    bytes.length < BATCH.records ||
    crc32c(bytes.subarray(BATCH.attributes)) !== bytes.readUInt32BE(BATCH.crc)
  ) {
    throw new CorruptBatchError(`the batch at offset ${firstOffset} does not match its checksum`);
  }
  const attributes = bytes.readInt16BE(BATCH.attributes);
  return {
    firstOffset,
    nextOffset: firstOffset + BigInt(bytes.readInt32BE(BATCH.lastOffsetDelta)) + 1n,
    isTransactional: (attributes & IS_TRANSACTIONAL) !== 0,
    isControl: (attributes & IS_CONTROL) !== 0,
    producerId: bytes.readBigInt64BE(BATCH.producerId),
    firstTimestampMs: Number(bytes.readBigInt64BE(BATCH.firstTimestamp)),
    appendedAtMs: attributes & LOG_APPEND_TIME ? Number(bytes.readBigInt64BE(BATCH.maxTimestamp)) : null,
    recordCount: bytes.readInt32BE(BATCH.recordCount),
    records: () => unpacked(bytes.subarray(BATCH.records), attributes & COMPRESSION),
  };
}

/** Texts of this kind pack about ten to one: room for all at once spares copying it together. */
const USUAL_RATIO = 16;
const ZSTD = 4;

function unpacked(bytes: Buffer, compression: number): Buffer {
  if (compression === 0) return bytes;
  if (compression === ZSTD) return zlib.zstdDecompressSync(bytes, { chunkSize: bytes.length * USUAL_RATIO });
  if (compression === 1) return zlib.gunzipSync(bytes);
  if (compression === 2) return decompressSnappy(bytes);
  if (compression === 3) return decompressLz4(bytes);
  throw new Error(`the unknown compression ${compression}`);
}

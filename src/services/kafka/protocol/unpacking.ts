/**
 * Decompresses the records of a batch up to a limit: a few kilobytes can expand to gigabytes. gzip and zstd stop at the
 * limit; snappy and LZ4 state their size beforehand and are refused when it is too large.
 */
import zlib from "node:zlib";
import { COMPRESSION_NUMBERS, decompressLz4, decompressSnappy } from "../client-adapters/wire.ts";

/** Check results pack about ten to one: one allocation of this size avoids joining pieces. */
const USUAL_RATIO = 16;

/**
 * Throws `Error`, with the reason, for data that is invalid or expands beyond `limitBytes`. LZ4 can exceed the limit by the
 * last block of each frame, 4 MB at most.
 */
export function unpacked(bytes: Buffer, compression: number, limitBytes: number): Buffer {
  switch (compression) {
    case COMPRESSION_NUMBERS.none:
      return bytes;
    case COMPRESSION_NUMBERS.gzip:
      return bounded(limitBytes, () => zlib.gunzipSync(bytes, { maxOutputLength: limitBytes }));
    case COMPRESSION_NUMBERS.zstd: {
      const chunkSize = Math.max(64, Math.min(bytes.length * USUAL_RATIO, limitBytes));
      return bounded(limitBytes, () =>
        zlib.zstdDecompressSync(bytes, { chunkSize, maxOutputLength: limitBytes }),
      );
    }
    case COMPRESSION_NUMBERS.snappy:
      refuseOver(limitBytes, snappyBytes(bytes));
      return decompressSnappy(bytes);
    case COMPRESSION_NUMBERS.lz4:
      refuseOver(limitBytes, lz4Bytes(bytes));
      return decompressLz4(bytes);
    default:
      throw new Error(`the compression ${compression} is unknown`);
  }
}

function bounded(limitBytes: number, decompress: () => Buffer): Buffer {
  try {
    return decompress();
  } catch (error) {
    if (error instanceof RangeError && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE")
      throw tooLarge(limitBytes);
    throw error;
  }
}

function refuseOver(limitBytes: number, sizeBytes: number): void {
  if (sizeBytes > limitBytes) throw tooLarge(limitBytes);
}

function tooLarge(limitBytes: number): Error {
  return new Error(`its records unpack to more than ${limitBytes} bytes`);
}

/** The framing of snappy-java: magic, two versions, then chunks, each after its length. */
const XERIAL_MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const XERIAL_HEADER_BYTES = 16;

/** The size that the snappy data states; a decoder writes no more than that. */
function snappyBytes(bytes: Buffer): number {
  if (!bytes.subarray(0, XERIAL_MAGIC.length).equals(XERIAL_MAGIC)) return snappyBlockBytes(bytes);
  let sum = 0;
  for (let at = XERIAL_HEADER_BYTES; at < bytes.length; ) {
    const end = at + 4 + bytes.readUInt32BE(at);
    if (end > bytes.length) throw new Error("its snappy chunks do not fit");
    sum += snappyBlockBytes(bytes.subarray(at + 4, end));
    at = end;
  }
  return sum;
}

/** A block begins with its unpacked length: seven bits a byte, lowest first (snappy format description, 1). */
function snappyBlockBytes(block: Buffer): number {
  let length = 0;
  for (let index = 0; index < 5; index += 1) {
    const byte = block[index];
    if (byte === undefined) break;
    length += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return length;
  }
  throw new Error("its snappy block has no length");
}

const LZ4_MAGIC = 0x184d2204;
const LZ4 = { contentSize: 1 << 3, dictionary: 1, blockChecksum: 1 << 4, contentChecksum: 1 << 2 } as const;
/** By the number in a frame's descriptor: 64 KB, 256 KB, 1 MB, 4 MB. */
const LZ4_BLOCK_BYTES: Readonly<Record<number, number>> = { 4: 1 << 16, 5: 1 << 18, 6: 1 << 20, 7: 1 << 22 };
const LZ4_STORED = 0x80000000;

/** The size when all blocks but the last are full (LZ4 frame format description). */
function lz4Bytes(bytes: Buffer): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; ) {
    if (bytes.readUInt32LE(at) !== LZ4_MAGIC) throw new Error("it holds no LZ4 frame");
    const flags = bytes.readUInt8(at + 4);
    const blockBytes = LZ4_BLOCK_BYTES[(bytes.readUInt8(at + 5) >> 4) & 7];
    if (blockBytes === undefined) throw new Error("its LZ4 frame has an unknown block size");
    at += 7 + (flags & LZ4.contentSize ? 8 : 0) + (flags & LZ4.dictionary ? 4 : 0);
    let last = 0;
    for (let size = bytes.readUInt32LE(at); size !== 0; size = bytes.readUInt32LE(at)) {
      const packedBytes = size & ~LZ4_STORED;
      sum += last;
      last = size >>> 31 === 1 ? packedBytes : blockBytes;
      at += 4 + packedBytes + (flags & LZ4.blockChecksum ? 4 : 0);
    }
    at += 4 + (flags & LZ4.contentChecksum ? 4 : 0);
  }
  return sum;
}

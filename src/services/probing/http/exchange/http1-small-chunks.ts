/**
 * Puts small chunks together. A server may send a body of a megabyte in a million chunks; delivered one by one, each
 * would cost several calls and a view, and a hundred such bodies would keep the event loop busy for seconds.
 */
import { HEX_DIGITS } from "./http1-chunk-size.ts";

const LF = 0x0a;
const CR = 0x0d;
const LARGEST_SMALL_CHUNK_BYTES = 255;

/** One block for all connections: its bytes are read before the next call. */
const GATHERED = Buffer.allocUnsafeSlow(16_384);

export interface GatheredChunks {
  /** The chunks without their framing; valid until the next call. */
  readonly body: Buffer;
  /** Where the chunk behind the last one begins. */
  readonly end: number;
}

/**
 * Takes the chunks from `at` on that are small, complete and of plain framing: a size of one or two hexadecimal digits
 * (RFC 9112, section 7.1) with line endings of CR LF. Null where the first is no such chunk.
 */
export function gatherSmallChunks(bytes: Buffer, at: number): GatheredChunks | null {
  let gatheredBytes = 0;
  let end = at;
  while (gatheredBytes + LARGEST_SMALL_CHUNK_BYTES <= GATHERED.byteLength) {
    const first = digitAt(bytes, end);
    const second = first < 0 ? -1 : digitAt(bytes, end + 1);
    const sizeBytes = second < 0 ? first : first * 16 + second;
    const begin = end + (second < 0 ? 3 : 4);
    const dataEnd = begin + sizeBytes;
    if (sizeBytes <= 0 || dataEnd + 2 > bytes.byteLength) break;
    if (!isLineEnding(bytes, begin - 2) || !isLineEnding(bytes, dataEnd)) break;
    for (let index = begin; index < dataEnd; index += 1) {
      GATHERED[gatheredBytes] = bytes[index] ?? 0;
      gatheredBytes += 1;
    }
    end = dataEnd + 2;
  }
  return gatheredBytes === 0 ? null : { body: GATHERED.subarray(0, gatheredBytes), end };
}

function digitAt(bytes: Buffer, at: number): number {
  return at < bytes.byteLength ? (HEX_DIGITS[bytes[at] ?? 0] ?? -1) : -1;
}

function isLineEnding(bytes: Buffer, at: number): boolean {
  return bytes[at] === CR && bytes[at + 1] === LF;
}

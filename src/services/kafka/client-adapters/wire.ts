/**
 * The client's building blocks for bytes. It exports them but documents none: its reader and writer, CRC-32C, the
 * compression algorithms by name and by number, and the error names of the protocol.
 */
import {
  CURRENT_RECORD_VERSION,
  compressionsAlgorithms,
  crc32c,
  protocolErrorsCodesById,
  Reader,
  Writer,
} from "@platformatic/kafka";
import type { KafkaSettings } from "../../../contract/settings/connection-settings.ts";

export { crc32c, Reader, Writer };

/** The record batch format that is written and read (magic 2, Kafka 0.11). */
export const RECORD_BATCH_VERSION: number = CURRENT_RECORD_VERSION;

type Compression = KafkaSettings["compression"];

/** The number of a compression in a batch's attributes (Kafka protocol guide, "Record Batch"). */
export const COMPRESSION_NUMBERS: Readonly<Record<Compression, number>> = {
  none: 0,
  gzip: 1,
  snappy: 2,
  lz4: 3,
  zstd: 4,
};

/** Compresses off the main thread where the client can (gzip). */
export async function compress(bytes: Buffer, compression: Compression): Promise<Buffer> {
  if (compression === "gzip") return await compressionsAlgorithms.gzip.compress(bytes);
  return compressionsAlgorithms[compression].compressSync(bytes);
}

/** Decompresses raw snappy, without framing. Throws `Error` for invalid data. */
export function decompressSnappy(bytes: Buffer): Buffer {
  return compressionsAlgorithms.snappy.decompressSync(bytes);
}

/** Decompresses LZ4 frames. Throws `Error` for invalid data. */
export function decompressLz4(bytes: Buffer): Buffer {
  return compressionsAlgorithms.lz4.decompressSync(bytes);
}

/** The protocol's name of an error code, such as `NOT_LEADER_OR_FOLLOWER`; null for a code this client does not know. */
export function errorNameOf(code: number): string | null {
  return protocolErrorsCodesById[code] ?? null;
}

/**
 * Events as one record batch of version 2 (Kafka protocol guide, "Record Batch"; KIP-98). The client's own writer makes
 * some thirty objects of every record; here the events' own strings and bytes go straight into one buffer.
 */
import { compressionsAlgorithms, crc32c } from "@platformatic/kafka";
import type { KafkaSettings } from "../../contract/connection-settings.ts";
import type { Event } from "../../contract/event.ts";
import { RecordWriter } from "./record-writer.ts";

export interface BatchOrigin {
  readonly producerId: bigint;
  readonly producerEpoch: number;
  /** Milliseconds since the epoch, for each of its records. */
  readonly timestampMs: number;
}

/** Where the fields of a batch stand. What is behind `CRC` is what it sums up. */
const AT = {
  baseOffset: 0,
  length: 8,
  leaderEpoch: 12,
  magic: 16,
  crc: 17,
  attributes: 21,
  lastOffsetDelta: 23,
  firstTimestamp: 27,
  maxTimestamp: 35,
  producerId: 43,
  producerEpoch: 51,
  firstSequence: 53,
  recordCount: 57,
  records: 61,
} as const;
const MAGIC = 2;
const UNKNOWN_LEADER_EPOCH = -1;

/** Makes one batch at a time: its room is used again and again. */
export class RecordBatchEncoder {
  readonly #compression: KafkaSettings["compression"];
  readonly #writer = new RecordWriter();

  constructor(compression: KafkaSettings["compression"]) {
    this.#compression = compression;
  }

  /** The batch of the events at these positions, in that order, its sequence numbers beginning with 0. */
  async encode(events: readonly Event[], indexes: readonly number[], origin: BatchOrigin): Promise<Buffer> {
    this.#writer.clear();
    let count = 0;
    for (const index of indexes) {
      const event = events[index];
      if (event !== undefined) this.#writer.write(event, count++);
    }
    const records = await this.#compressed(this.#writer.written());
    const batch = Buffer.allocUnsafe(AT.records + records.length);
    batch.set(records, AT.records);
    batch.writeBigInt64BE(0n, AT.baseOffset);
    batch.writeInt32BE(batch.length - AT.leaderEpoch, AT.length);
    batch.writeInt32BE(UNKNOWN_LEADER_EPOCH, AT.leaderEpoch);
    batch.writeInt8(MAGIC, AT.magic);
    batch.writeInt16BE(compressionsAlgorithms[this.#compression].bitmask, AT.attributes);
    batch.writeInt32BE(count - 1, AT.lastOffsetDelta);
    batch.writeBigInt64BE(BigInt(origin.timestampMs), AT.firstTimestamp);
    batch.writeBigInt64BE(BigInt(origin.timestampMs), AT.maxTimestamp);
    batch.writeBigInt64BE(origin.producerId, AT.producerId);
    batch.writeInt16BE(origin.producerEpoch, AT.producerEpoch);
    batch.writeInt32BE(0, AT.firstSequence);
    batch.writeInt32BE(count, AT.recordCount);
    batch.writeUInt32BE(crc32c(batch.subarray(AT.attributes)), AT.crc);
    return batch;
  }

  async #compressed(records: Buffer): Promise<Buffer> {
    // Off the main thread where the client offers it.
    if (this.#compression === "gzip") return await compressionsAlgorithms.gzip.compress(records);
    return compressionsAlgorithms[this.#compression].compressSync(records);
  }
}

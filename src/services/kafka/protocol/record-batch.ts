/**
 * Encodes events as one record batch, version 2 (Kafka protocol guide, "Record Batch"; KIP-98). The client's own writer
 * allocates some thirty objects for each record; this one writes strings and bytes straight into one buffer.
 */

import type { Event } from "../../../contract/events/event.ts";
import type { KafkaSettings } from "../../../contract/settings/connection-settings.ts";
import { COMPRESSION_NUMBERS, compress, crc32c, RECORD_BATCH_VERSION } from "../client-adapters/wire.ts";
import { BATCH } from "./batch-layout.ts";
import { RecordWriter } from "./record-writer.ts";

export interface BatchOrigin {
  readonly producerId: bigint;
  readonly producerEpoch: number;
  /** Milliseconds since the epoch, the same for all its records. */
  readonly timestampMs: number;
}

const UNKNOWN_LEADER_EPOCH = -1;

/** Encodes one batch at a time and reuses its buffer. */
export class RecordBatchEncoder {
  readonly #compression: KafkaSettings["compression"];
  readonly #writer = new RecordWriter();

  constructor(compression: KafkaSettings["compression"]) {
    this.#compression = compression;
  }

  /** Encodes the events at these positions, in that order; sequence numbers begin with 0. */
  async encode(events: readonly Event[], indexes: readonly number[], origin: BatchOrigin): Promise<Buffer> {
    this.#writer.clear();
    let count = 0;
    for (const index of indexes) {
      const event = events[index];
      if (event !== undefined) this.#writer.write(event, count++);
    }
    const records = await compress(this.#writer.written(), this.#compression);
    const batch = Buffer.allocUnsafe(BATCH.records + records.length);
    batch.set(records, BATCH.records);
    batch.writeBigInt64BE(0n, BATCH.firstOffset);
    batch.writeInt32BE(batch.length - BATCH.leaderEpoch, BATCH.length);
    batch.writeInt32BE(UNKNOWN_LEADER_EPOCH, BATCH.leaderEpoch);
    batch.writeInt8(RECORD_BATCH_VERSION, BATCH.magic);
    batch.writeInt16BE(COMPRESSION_NUMBERS[this.#compression], BATCH.attributes);
    batch.writeInt32BE(count - 1, BATCH.lastOffsetDelta);
    batch.writeBigInt64BE(BigInt(origin.timestampMs), BATCH.firstTimestamp);
    batch.writeBigInt64BE(BigInt(origin.timestampMs), BATCH.maxTimestamp);
    batch.writeBigInt64BE(origin.producerId, BATCH.producerId);
    batch.writeInt16BE(origin.producerEpoch, BATCH.producerEpoch);
    batch.writeInt32BE(0, BATCH.firstSequence);
    batch.writeInt32BE(count, BATCH.recordCount);
    batch.writeUInt32BE(crc32c(batch.subarray(BATCH.attributes)), BATCH.crc);
    return batch;
  }
}

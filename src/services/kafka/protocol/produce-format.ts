/** A Produce request and its response as bytes, in versions 3 to 11 (Kafka protocol guide, "Produce API"). */
import type { EncodedRequest } from "../client-adapters/broker-request.ts";
import { type Reader, Writer } from "../client-adapters/wire.ts";

export interface PartitionBatch {
  readonly topic: string;
  readonly partition: number;
  readonly batch: Buffer;
}

/** The broker's answer for one partition's batch. */
export interface PartitionAnswer {
  readonly topic: string;
  readonly partition: number;
  /** An error code of the protocol; 0 is no error. */
  readonly errorCode: number;
  readonly errorMessage: string | null;
  /** The records at fault, by position in the batch. */
  readonly recordErrors: readonly { readonly position: number; readonly message: string | null }[];
}

/** The versions encoded here. The first with compact fields and tagged fields is 9 (KIP-482). */
export const PRODUCE: EncodedRequest = { name: "Produce", key: 0, oldest: 3, newest: 11, taggedSince: 9 };
/** Acknowledge once every replica in sync has the batch. */
const ACKS_ALL = -1;
/** The first version that names the records at fault (KIP-467). */
const RECORD_ERRORS_SINCE = 8;
const LOG_START_SINCE = 5;

/** Encodes one request, versions 3 to 11 (Kafka protocol guide, "Produce Request"). */
export function produceRequest(
  version: number,
  batches: readonly PartitionBatch[],
  timeoutMs: number,
): Writer {
  const flexible = version >= PRODUCE.taggedSince;
  const writer = Writer.create()
    .appendString(null, flexible) // transactional id
    .appendInt16(ACKS_ALL)
    .appendInt32(timeoutMs)
    .appendMap(
      Map.groupBy(batches, ({ topic }) => topic),
      (topics, [topic, itsBatches]) => {
        topics.appendString(topic, flexible).appendArray(
          [...itsBatches],
          (partitions, { partition, batch }) => {
            partitions.appendInt32(partition).appendBytes(batch, flexible);
          },
          flexible,
          flexible,
        );
      },
      flexible,
      flexible,
    );
  return flexible ? writer.appendTaggedFields() : writer;
}

/** Decodes a response, versions 3 to 11 (Kafka protocol guide, "Produce Response"); the fields after the answers are unused. */
export function readProduceResponse(version: number, reader: Reader): readonly PartitionAnswer[] {
  const flexible = version >= PRODUCE.taggedSince;
  return reader
    .readArray(
      (topics) => {
        const topic = topics.readString(flexible);
        return topics.readArray((answers) => readAnswer(topic, version, answers), flexible, flexible);
      },
      flexible,
      flexible,
    )
    .flat();
}

function readAnswer(topic: string, version: number, reader: Reader): PartitionAnswer {
  const flexible = version >= PRODUCE.taggedSince;
  const partition = reader.readInt32();
  const errorCode = reader.readInt16();
  reader.readInt64(); // base offset
  reader.readInt64(); // log append time
  if (version >= LOG_START_SINCE) reader.readInt64();
  if (version < RECORD_ERRORS_SINCE) {
    return { topic, partition, errorCode, errorMessage: null, recordErrors: [] };
  }
  const recordErrors = reader.readArray(
    (errors) => ({ position: errors.readInt32(), message: errors.readNullableString(flexible) }),
    flexible,
    flexible,
  );
  return { topic, partition, errorCode, errorMessage: reader.readNullableString(flexible), recordErrors };
}

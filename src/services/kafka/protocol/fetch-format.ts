/** A Fetch request and its response as bytes, in versions 12 to 17 (Kafka protocol guide, "Fetch API"). */
import type { EncodedRequest } from "../client-adapters/broker-request.ts";
import { brokerError } from "../client-adapters/client-errors.ts";
import { type Reader, Writer } from "../client-adapters/wire.ts";

export interface WantedPartition {
  readonly topic: string;
  /** The topic's own id: another one under the same name is another topic. */
  readonly topicId: string;
  readonly partition: number;
  readonly offset: bigint;
}

export interface FetchLimits {
  /** The broker brings at least one batch all the same. */
  readonly maxBytes: number;
  readonly partitionMaxBytes: number;
  /** How long the broker may wait for something to bring. */
  readonly maxWaitMs: number;
}

export interface AbortedTransaction {
  readonly producerId: bigint;
  readonly firstOffset: bigint;
}

export interface FetchedPartition {
  readonly topic: string;
  readonly partition: number;
  /** The protocol's; 0 where there is none. */
  readonly errorCode: number;
  readonly abortedTransactions: readonly AbortedTransaction[];
  /** Record batches, the last of them cut off perhaps. */
  readonly records: Buffer | null;
}

/** The versions encoded here; all have compact fields and tagged fields (KIP-482). Kafka 2.7 brought version 12. */
export const FETCH: EncodedRequest = { name: "Fetch", key: 1, oldest: 12, newest: 17, taggedSince: 12 };

/** Topics are named by their ids since version 13 (KIP-516, Kafka 3.1). */
const TOPIC_IDS_SINCE = 13;
/** Up to version 14 the request begins with the id of a replica; a consumer has none (KIP-903). */
const LAST_WITH_REPLICA_ID = 14;
const NO_REPLICA = -1;
const READ_COMMITTED = 1;
const UNKNOWN_EPOCH = -1;
const UNKNOWN_LOG_START = -1n;
/** At least this much, else the broker waits for `maxWaitMs`. */
const MIN_BYTES = 1;

/** No fetch session (KIP-227): each request names all it wants. */
const NO_SESSION = { id: 0, epoch: -1 } as const;
const ANY_RACK = "";

/**
 * What one request asks for: only committed records (Kafka protocol guide, "Fetch Request"). Throws `RangeError` for a
 * version that is not encoded here.
 */
export function fetchRequest(
  version: number,
  wanted: readonly WantedPartition[],
  { maxBytes, partitionMaxBytes, maxWaitMs }: FetchLimits,
): Writer {
  if (version < FETCH.oldest || version > FETCH.newest) {
    throw new RangeError(`version ${version} of Fetch is not encoded here`);
  }
  const writer = Writer.create();
  if (version <= LAST_WITH_REPLICA_ID) writer.appendInt32(NO_REPLICA);
  return writer
    .appendInt32(maxWaitMs)
    .appendInt32(MIN_BYTES)
    .appendInt32(maxBytes)
    .appendInt8(READ_COMMITTED)
    .appendInt32(NO_SESSION.id)
    .appendInt32(NO_SESSION.epoch)
    .appendArray([...wanted], (topics, each) => {
      if (version >= TOPIC_IDS_SINCE) topics.appendUUID(each.topicId);
      else topics.appendString(each.topic);
      topics.appendArray([each], (partitions, { partition, offset }) => {
        partitions
          .appendInt32(partition)
          .appendInt32(UNKNOWN_EPOCH) // current leader epoch
          .appendInt64(offset)
          .appendInt32(UNKNOWN_EPOCH) // last fetched epoch
          .appendInt64(UNKNOWN_LOG_START)
          .appendInt32(partitionMaxBytes);
      });
    })
    .appendArray([], () => {}) // forgotten topics
    .appendString(ANY_RACK)
    .appendTaggedFields();
}

/** How a version names a topic: by id or by name. */
export function topicIdentityOf(version: number, { topic, topicId }: WantedPartition): string {
  return version >= TOPIC_IDS_SINCE ? topicId : topic;
}

/** Its topic as the version has it: by id or by name. */
export type AnsweredPartition = Omit<FetchedPartition, "topic"> & { readonly topicIdentity: string };

/** Versions 12 to 17 alike (Kafka protocol guide, "Fetch Response"). */
export function readFetchResponse(version: number, reader: Reader): readonly AnsweredPartition[] {
  reader.readInt32(); // throttle time
  const errorCode = reader.readInt16();
  reader.readInt32(); // session id
  if (errorCode !== 0) throw brokerError(errorCode);
  return reader
    .readArray((topic) => {
      const topicIdentity = version >= TOPIC_IDS_SINCE ? topic.readUUID() : topic.readString();
      return topic.readArray((partition) => ({ topicIdentity, ...readPartition(partition) }));
    })
    .flat();
}

function readPartition(reader: Reader): Omit<AnsweredPartition, "topicIdentity"> {
  const partition = reader.readInt32();
  const errorCode = reader.readInt16();
  reader.readInt64(); // high watermark
  reader.readInt64(); // last stable offset
  reader.readInt64(); // log start offset
  const abortedTransactions = reader.readNullableArray((transaction) => ({
    producerId: transaction.readInt64(),
    firstOffset: transaction.readInt64(),
  }));
  reader.readInt32(); // preferred read replica
  return {
    partition,
    errorCode,
    abortedTransactions: abortedTransactions ?? [],
    records: reader.readNullableBytes(),
  };
}

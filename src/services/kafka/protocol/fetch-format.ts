/** A Fetch request and its response as bytes, in versions 12 to 17 (Kafka protocol guide, "Fetch API"). */
import type { EncodedRequest } from "../client-adapters/broker-request.ts";
import { brokerError } from "../client-adapters/client-errors.ts";
import { type Reader, Writer } from "../client-adapters/wire.ts";

export interface WantedPartition {
  readonly topic: string;
  /** A topic created again under the same name has another id. */
  readonly topicId: string;
  readonly partition: number;
  readonly offset: bigint;
}

export interface FetchLimits {
  /** The broker sends at least one batch in any case. */
  readonly maxBytes: number;
  readonly partitionMaxBytes: number;
  /** How long the broker may wait for events. */
  readonly maxWaitMs: number;
}

export interface AbortedTransaction {
  readonly producerId: bigint;
  readonly firstOffset: bigint;
}

export interface FetchedPartition {
  readonly topic: string;
  readonly partition: number;
  /** An error code of the protocol; 0 is no error. */
  readonly errorCode: number;
  readonly abortedTransactions: readonly AbortedTransaction[];
  /** Record batches; the last one can be incomplete. */
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
/** With fewer bytes the broker waits for `maxWaitMs`. */
const MIN_BYTES = 1;

/** No fetch session (KIP-227): each request names all its partitions. */
const NO_SESSION = { id: 0, epoch: -1 } as const;
const ANY_RACK = "";

/**
 * Encodes one request, for committed records only (Kafka protocol guide, "Fetch Request"). Throws `RangeError` for a version
 * that is not encoded here.
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

/** The topic's id or name, whichever the version uses. */
export function topicIdentityOf(version: number, { topic, topicId }: WantedPartition): string {
  return version >= TOPIC_IDS_SINCE ? topicId : topic;
}

/** With the topic's id or name, whichever the version uses. */
export type AnsweredPartition = Omit<FetchedPartition, "topic"> & { readonly topicIdentity: string };

/** Decodes a response; versions 12 to 17 have the same layout (Kafka protocol guide, "Fetch Response"). */
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

/** A Fetch request and its response as bytes, in each of their versions from 12 to 17. */
import {
  FetchIsolationLevels,
  fetchV12,
  fetchV13,
  fetchV14,
  fetchV15,
  fetchV16,
  fetchV17,
  type Reader,
  ResponseError,
  type Writer,
} from "@platformatic/kafka";

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

/** The number of this request in the protocol. */
export const FETCH = 1;

type RequestWriter = typeof fetchV17.createRequest;

/** Topics have gone by their ids since version 13 (KIP-516, Kafka 3.1). */
export const FIRST_WITH_TOPIC_IDS = 13;
const requestWriters: ReadonlyMap<number, RequestWriter> = new Map([
  [12, fetchV12.createRequest],
  [13, fetchV13.createRequest],
  [14, fetchV14.createRequest],
  [15, fetchV15.createRequest],
  [16, fetchV16.createRequest],
  [17, fetchV17.createRequest],
]);

/** The versions encoded here, oldest first. */
export const FETCH_VERSIONS: readonly number[] = [...requestWriters.keys()];

/** No fetch session (KIP-227): each request names all it wants. */
const NO_SESSION = { id: 0, epoch: -1 } as const;
const ANY_RACK = "";

/** What one request asks for; the version must be one of `FETCH_VERSIONS`. Only committed records are asked for. */
export function fetchRequest(
  version: number,
  wanted: readonly WantedPartition[],
  { maxBytes, partitionMaxBytes, maxWaitMs }: FetchLimits,
): Writer {
  const createRequest = requestWriters.get(version);
  if (createRequest === undefined) throw new RangeError(`version ${version} of Fetch is not encoded here`);
  const topics = wanted.map((each) => ({
    topicId: topicIdentityOf(version, each),
    partitions: [
      {
        partition: each.partition,
        fetchOffset: each.offset,
        currentLeaderEpoch: -1,
        lastFetchedEpoch: -1,
        partitionMaxBytes,
      },
    ],
  }));
  return createRequest(
    maxWaitMs,
    1,
    maxBytes,
    FetchIsolationLevels.READ_COMMITTED,
    NO_SESSION.id,
    NO_SESSION.epoch,
    topics,
    [],
    ANY_RACK,
  );
}

/** How a version names a topic: by id or by name. */
export function topicIdentityOf(version: number, { topic, topicId }: WantedPartition): string {
  return version >= FIRST_WITH_TOPIC_IDS ? topicId : topic;
}

/** Its topic as the version has it: by id or by name. */
export type AnsweredPartition = Omit<FetchedPartition, "topic"> & { readonly topicIdentity: string };

/** Versions 12 to 17 alike (Kafka protocol guide, "Fetch Response"). */
export function readFetchResponse(version: number, reader: Reader): readonly AnsweredPartition[] {
  reader.readInt32(); // throttle time
  const errorCode = reader.readInt16();
  reader.readInt32(); // session id
  if (errorCode !== 0) throw new ResponseError(FETCH, version, { "": [errorCode, null] }, null);
  return reader
    .readArray((topic) => {
      const topicIdentity = version >= FIRST_WITH_TOPIC_IDS ? topic.readUUID() : topic.readString();
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

/**
 * Fetches from one broker over the client's own connections. The client's `fetch` makes some twenty objects of every
 * record before anyone has asked for it, and rejects the whole answer when one partition of it has an error.
 */
import {
  type Consumer,
  FetchIsolationLevels,
  fetchV12,
  fetchV13,
  fetchV14,
  fetchV15,
  fetchV16,
  fetchV17,
  type Reader,
  ResponseError,
} from "@platformatic/kafka";
import { newestVersion, sendRequest } from "../connecting/broker-request.ts";

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
const FETCH = 1;

type RequestWriter = typeof fetchV17.createRequest;

/** Topics have gone by their ids since version 13 (KIP-516, Kafka 3.1). */
const FIRST_WITH_TOPIC_IDS = 13;
const requestWriters: ReadonlyMap<number, RequestWriter> = new Map([
  [12, fetchV12.createRequest],
  [13, fetchV13.createRequest],
  [14, fetchV14.createRequest],
  [15, fetchV15.createRequest],
  [16, fetchV16.createRequest],
  [17, fetchV17.createRequest],
]);

/** No fetch session (KIP-227): each request names all it wants. */
const NO_SESSION = { id: 0, epoch: -1 } as const;
const ANY_RACK = "";

/** Only what is committed. Rejects with the client's error, or a `ResponseError` for what the broker says of the whole. */
export async function fetchRecords(
  client: Consumer,
  node: number,
  wanted: readonly WantedPartition[],
  { maxBytes, partitionMaxBytes, maxWaitMs }: FetchLimits,
): Promise<readonly FetchedPartition[]> {
  const { brokers } = await client.metadata({ topics: [...new Set(wanted.map(({ topic }) => topic))] });
  const broker = brokers.get(node);
  if (broker === undefined) throw new Error(`no broker has the number ${node}`);
  const version = await newestVersion(client, "Fetch");
  const createRequest = requestWriters.get(version);
  if (createRequest === undefined) {
    throw new Error(`the broker speaks version ${version} of Fetch at most: Kafka 2.7 or later is needed`);
  }
  const identify = ({ topic, topicId }: WantedPartition) =>
    version >= FIRST_WITH_TOPIC_IDS ? topicId : topic;
  const topics = wanted.map((each) => ({
    topicId: identify(each),
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
  const connection = await client.connections.get(broker);
  const answered = await sendRequest(connection, {
    key: FETCH,
    version,
    tagged: true,
    write: () =>
      createRequest(
        maxWaitMs,
        1,
        maxBytes,
        FetchIsolationLevels.READ_COMMITTED,
        NO_SESSION.id,
        NO_SESSION.epoch,
        topics,
        [],
        ANY_RACK,
      ),
    read: (reader) => readResponse(version, reader),
  });
  const names = new Map(wanted.map((each) => [identify(each), each.topic]));
  return answered.flatMap(({ topicIdentity, ...rest }) => {
    const topic = names.get(topicIdentity);
    return topic === undefined ? [] : [{ topic, ...rest }];
  });
}

/** What the broker said of these partitions, as one error. */
export function partitionErrors(failed: readonly FetchedPartition[]): ResponseError {
  const errors = Object.fromEntries(
    failed.map(({ topic, partition, errorCode }) => [
      `${topic}/${partition}`,
      [errorCode, null] satisfies [number, null],
    ]),
  );
  return new ResponseError(FETCH, FIRST_WITH_TOPIC_IDS, errors, null);
}

/** Its topic as the version has it: by id or by name. */
type AnsweredPartition = Omit<FetchedPartition, "topic"> & { readonly topicIdentity: string };

/** Versions 12 to 17 alike (Kafka protocol guide, "Fetch Response"). */
function readResponse(version: number, reader: Reader): readonly AnsweredPartition[] {
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

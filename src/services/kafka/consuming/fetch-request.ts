/**
 * Fetches from one broker over the client's own connections. The client's `fetch` makes some twenty objects of every
 * record before anyone has asked for it, and rejects the whole answer when one partition of it has an error.
 */
import { type Consumer, ResponseError } from "@platformatic/kafka";
import { newestVersion, sendRequest } from "../connecting/broker-request.ts";
import {
  FETCH,
  FETCH_VERSIONS,
  type FetchedPartition,
  type FetchLimits,
  FIRST_WITH_TOPIC_IDS,
  fetchRequest,
  readFetchResponse,
  topicIdentityOf,
  type WantedPartition,
} from "../protocol/fetch-format.ts";

/** Rejects with the client's error, or a `ResponseError` for what the broker says of the whole. */
export async function fetchRecords(
  client: Consumer,
  node: number,
  wanted: readonly WantedPartition[],
  limits: FetchLimits,
): Promise<readonly FetchedPartition[]> {
  const { brokers } = await client.metadata({ topics: [...new Set(wanted.map(({ topic }) => topic))] });
  const broker = brokers.get(node);
  if (broker === undefined) throw new Error(`no broker has the number ${node}`);
  const version = await newestVersion(client, "Fetch");
  if (!FETCH_VERSIONS.includes(version)) {
    throw new Error(`the broker speaks version ${version} of Fetch at most: Kafka 2.7 or later is needed`);
  }
  const connection = await client.connections.get(broker);
  const answered = await sendRequest(connection, {
    key: FETCH,
    version,
    tagged: true,
    write: () => fetchRequest(version, wanted, limits),
    read: (reader) => readFetchResponse(version, reader),
  });
  const names = new Map(wanted.map((each) => [topicIdentityOf(version, each), each.topic]));
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

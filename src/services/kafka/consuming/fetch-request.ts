/**
 * Fetches from one broker over the client's connections. The client's own `fetch` allocates some twenty objects for each
 * record, and rejects the whole response when one partition has an error.
 */
import { negotiatedVersion, sendRequest } from "../client-adapters/broker-request.ts";
import type { Connection, Consumer } from "../client-adapters/client.ts";
import {
  FETCH,
  type FetchedPartition,
  type FetchLimits,
  fetchRequest,
  readFetchResponse,
  topicIdentityOf,
  type WantedPartition,
} from "../protocol/fetch-format.ts";

/** Rejects with the client's error, or with the broker's error for the whole request. */
export async function fetchRecords(
  client: Consumer,
  node: number,
  wanted: readonly WantedPartition[],
  limits: FetchLimits,
): Promise<readonly FetchedPartition[]> {
  const { brokers } = await client.metadata({ topics: [...new Set(wanted.map(({ topic }) => topic))] });
  const broker = brokers.get(node);
  if (broker === undefined) throw new Error(`the cluster no longer names broker ${node}`);
  const connection = await client.connections.get(broker);
  const version = await negotiatedVersion(connection, FETCH);
  return await fetchFrom(connection, version, wanted, limits);
}

/** The same in a given version: one that is encoded here and that the broker speaks. */
export async function fetchFrom(
  connection: Connection,
  version: number,
  wanted: readonly WantedPartition[],
  limits: FetchLimits,
): Promise<readonly FetchedPartition[]> {
  const answered = await sendRequest(
    connection,
    FETCH,
    version,
    () => fetchRequest(version, wanted, limits),
    (reader) => readFetchResponse(version, reader),
  );
  const names = new Map(wanted.map((each) => [topicIdentityOf(version, each), each.topic]));
  return answered.flatMap(({ topicIdentity, ...rest }) => {
    const topic = names.get(topicIdentity);
    return topic === undefined ? [] : [{ topic, ...rest }];
  });
}

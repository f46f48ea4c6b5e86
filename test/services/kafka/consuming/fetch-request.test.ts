import { Consumer } from "@platformatic/kafka";
import { expect, onTestFinished, test } from "vitest";
import { dropConnections } from "../../../../src/services/kafka/client-adapters/connections.ts";
import { Cluster } from "../../../../src/services/kafka/connecting/cluster.ts";
import { fetchFrom } from "../../../../src/services/kafka/consuming/fetch-request.ts";
import { readPartition } from "../../../../src/services/kafka/protocol/consumed-events.ts";
import type { FetchedPartition } from "../../../../src/services/kafka/protocol/fetch-format.ts";
import { createKafkaPublisher } from "../../../../src/services/kafka/publishing/publisher.ts";
import { sharedKafka } from "../../../harness/shared.ts";
import { aLog, aName, aTopic, numberedEvents, settingsFor } from "../ground.ts";

const LIMITS = { maxBytes: 1_000_000, partitionMaxBytes: 1_000_000, maxWaitMs: 100 };
const EVENTS = 20;

/** Fetches from a fresh topic, in one version of the request. */
async function fetched(
  version: number,
  offset: bigint,
): Promise<{ topic: string; partitions: readonly FetchedPartition[] }> {
  const settings = settingsFor(sharedKafka().brokers);
  const topic = await aTopic(sharedKafka().brokers, { partitions: 1 });
  const publisher = createKafkaPublisher({ settings, requestTimeoutMs: 15_000, log: aLog() });
  await publisher.publish(numberedEvents(topic, EVENTS));
  await publisher.close();
  const client = new Consumer({ ...new Cluster(settings).clientOptions(10_000), groupId: aName("group") });
  onTestFinished(() => dropConnections(client));
  const { topics, brokers } = await client.metadata({ topics: [topic] });
  const found = topics.get(topic);
  const leader = brokers.get(found?.partitions[0]?.leader ?? -1);
  if (leader === undefined) throw new Error("the topic has no leader");
  const wanted = [{ topic, topicId: found?.id ?? "", partition: 0, offset }];
  const partitions = await fetchFrom(await client.connections.get(leader), version, wanted, LIMITS);
  return { topic, partitions };
}

test.each([12, 13, 14, 15, 16, 17])("version %i of Fetch brings what was written", async (version) => {
  const { topic, partitions } = await fetched(version, 5n);
  expect(partitions).toMatchObject([{ topic, partition: 0, errorCode: 0 }]);
  const events = partitions.flatMap((partition) =>
    readPartition(partition, 5n).batches.flatMap((batch) => batch.unpack().events),
  );
  expect(events.map(({ offset }) => Number(offset))).toEqual(
    Array.from({ length: EVENTS - 5 }, (_, index) => index + 5),
  );
});

test("an offset that is not there is an error of its partition alone", async () => {
  const { topic, partitions } = await fetched(17, 1_000n);
  expect(partitions).toMatchObject([{ topic, partition: 0, errorCode: 1 }]);
});

// What the event source does with a topic, a batch or an answer that is not as it should be: it waits or sets aside what
// is wrong, and reads the rest.
import { open, stat } from "node:fs/promises";
import path from "node:path";
import { UserError } from "@platformatic/kafka";
import { expect, onTestFinished, test, vi } from "vitest";
import { Consumer } from "../../../../src/services/kafka/client-adapters/client.ts";
import { dropConnections } from "../../../../src/services/kafka/client-adapters/connections.ts";
import { Cluster } from "../../../../src/services/kafka/connecting/cluster.ts";
import { FetchLoop } from "../../../../src/services/kafka/consuming/fetch-loop.ts";
import { PartitionFeed } from "../../../../src/services/kafka/consuming/partition-feed.ts";
import { createKafkaPublisher } from "../../../../src/services/kafka/publishing/publisher.ts";
import { readKafkaLag } from "../../../../src/services/kafka/topics/lag.ts";
import { eventually } from "../../../harness/eventually.ts";
import { sharedKafka } from "../../../harness/shared.ts";
import { temporaryFolder } from "../../../harness/temporary-folder.ts";
import { aKafka } from "../a-kafka.ts";
import { aLog, aName, aTopic, numberedEvents, settingsFor } from "../ground.ts";
import { startSource } from "./running-source.ts";

async function publish(
  brokers: string,
  ...events: Parameters<ReturnType<typeof createKafkaPublisher>["publish"]>[0][]
) {
  const settings = settingsFor(brokers, { compression: "zstd" });
  const publisher = createKafkaPublisher({ settings, requestTimeoutMs: 15_000, log: aLog() });
  // One request each: so they are batches of their own.
  for (const each of events) await publisher.publish(each);
  await publisher.close();
}

/** Two keys that go to different ones of two partitions. */
const keys = { first: "key-0", second: "key-1" };
const keyed = (topic: string, key: string, value: string) => [
  { topic, key, headers: {}, value: Buffer.from(value) },
];

/** Changes a byte of a file in place; a second time changes it back. */
async function flipByte(file: string, at: number): Promise<void> {
  const handle = await open(file, "r+");
  try {
    const byte = Buffer.alloc(1);
    await handle.read(byte, 0, 1, at);
    byte.writeUInt8(byte.readUInt8(0) ^ 1, 0);
    await handle.write(byte, 0, 1, at);
  } finally {
    await handle.close();
  }
}

test("a corrupt batch holds up its partition alone, is told once, and is read when it is whole again", async () => {
  const folder = await temporaryFolder("kafka-data");
  const { brokers } = await aKafka({ properties: { "log.dirs": folder } });
  const topic = await aTopic(brokers, { partitions: 2 });
  await publish(brokers, keyed(topic, keys.first, "a1"), keyed(topic, keys.second, "b1"));
  const probe = startSource({ settings: settingsFor(brokers), groupId: aName("group"), topics: [topic] });
  await eventually("both have come", () => probe.events.length === 2);
  await probe.stop();
  const spoilt = probe.events.find(({ key }) => key === keys.first)?.partition;
  expect(probe.events.find(({ key }) => key === keys.second)?.partition).not.toBe(spoilt);

  const file = path.join(folder, `${topic}-${spoilt}`, "00000000000000000000.log");
  const at = (await stat(file)).size - 1;
  await flipByte(file, at);
  const groupId = aName("group");
  const source = startSource({ settings: settingsFor(brokers), groupId, topics: [topic] });
  await eventually("the other partition is read", () => source.values.includes("b1"));
  const told = () => source.log.entries.filter(({ level }) => level === "error");
  await eventually("the corrupt batch is told", () => told().length === 1);
  expect(told()[0]).toMatchObject({
    fields: { partition: `${topic}/${spoilt}`, reason: "the batch at offset 0 does not match its checksum" },
  });
  await publish(brokers, keyed(topic, keys.second, "b2"), keyed(topic, keys.first, "a2"));
  await eventually("the other partition is read on", () => source.values.includes("b2"));
  expect(source.values).not.toContain("a2");
  expect(told()).toHaveLength(1);
  const lag = await readKafkaLag({ settings: settingsFor(brokers), groupId, topics: [topic] });
  expect(lag.find(({ partition }) => partition === spoilt)).toMatchObject({ committed: null, lag: 2n });
  await flipByte(file, at);
  await eventually("the mended partition is read", () => source.values.includes("a2"));
  expect(source.values.filter((value) => value.startsWith("a"))).toEqual(["a1", "a2"]);
  expect(source.log.entries.at(-1)).toMatchObject({
    message: "corrupt batch readable again, partition continues",
  });
});

test("a batch that unpacks to far more than it may is set aside with the reason, and what follows is read", async () => {
  const { brokers } = sharedKafka();
  const topic = await aTopic(brokers, { partitions: 1 });
  const bomb = [{ topic, key: "k", headers: {}, value: Buffer.alloc(60_000_000) }];
  await publish(brokers, numberedEvents(topic, 1), bomb, numberedEvents(topic, 1, 1));
  const groupId = aName("group");
  const source = startSource({ settings: settingsFor(brokers), groupId, topics: [topic] });
  await eventually("all have come", () => source.events.length === 3);
  expect(source.events.map(({ offset }) => offset)).toEqual([0n, 1n, 2n]);
  expect(source.events.map(({ unreadable }) => unreadable)).toEqual([
    undefined,
    expect.stringContaining("its records unpack to more than"),
    undefined,
  ]);
  expect(source.events[1]?.value?.byteLength).toBeLessThan(1_000_000);
  await eventually("it is committed", async () => {
    const [lag] = await readKafkaLag({ settings: settingsFor(brokers), groupId, topics: [topic] });
    return lag?.lag === 0n;
  });
});

/** A loop over one partition of a fresh topic with ten events in it, and what to change in its client before it runs. */
async function aLoop(change: (reader: Consumer, topic: string) => void) {
  const { brokers } = sharedKafka();
  const topic = await aTopic(brokers, { partitions: 1 });
  await publish(brokers, numberedEvents(topic, 10));
  const cluster = new Cluster(settingsFor(brokers));
  const reader = new Consumer({ ...cluster.clientOptions(10_000), groupId: aName("group") });
  onTestFinished(() => dropConnections(reader));
  const { topics } = await reader.metadata({ topics: [topic] });
  reader.clearMetadata();
  const place = { topic, partition: 0, topicId: topics.get(topic)?.id ?? "" };
  const feed = new PartitionFeed(place, 0n, { maxEvents: 100, maxWaitMs: 5 });
  change(reader, topic);
  const log = aLog();
  const loop = new FetchLoop({ reader, cluster, log, feeds: () => [feed], onTopicReplaced: () => {} });
  const stopping = new AbortController();
  const ended = loop.run(stopping.signal);
  onTestFinished(async () => {
    stopping.abort();
    dropConnections(reader);
    await ended;
  });
  return { feed, log };
}

test("after one answer that does not know the topic, it is read all the same, with nobody to wake the loop", async () => {
  const { feed } = await aLoop((reader, topic) => {
    vi.spyOn(reader, "metadata").mockImplementationOnce(() =>
      Promise.reject(new UserError(`Unknown topic ${topic}.`)),
    );
  });
  expect((await feed.nextBatch())?.events).toHaveLength(10);
});

test("after an answer in which the partition has no leader, it is read all the same", async () => {
  const { feed } = await aLoop((reader) => {
    const metadata = reader.metadata.bind(reader);
    vi.spyOn(reader, "metadata").mockImplementationOnce(async (options) => {
      const found = await metadata(options);
      return {
        ...found,
        topics: new Map([...found.topics].map(([name, topic]) => [name, { ...topic, partitions: [] }])),
      };
    });
  });
  expect((await feed.nextBatch())?.events).toHaveLength(10);
});

test("after an error code that nobody knows, it is read all the same", async () => {
  const { feed } = await aLoop((reader) => {
    vi.spyOn(reader, "metadata").mockImplementationOnce(() =>
      Promise.reject(
        new TypeError("Cannot destructure property 'id' of 'protocolErrors[…]' as it is undefined."),
      ),
    );
  });
  expect((await feed.nextBatch())?.events).toHaveLength(10);
});

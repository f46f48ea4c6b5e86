import { Admin } from "@platformatic/kafka";
import { expect, onTestFinished, test } from "vitest";
import { FailureError } from "../../../../src/contract/errors.ts";
import { diagnoseKafka } from "../../../../src/services/kafka/diagnosing/diagnose.ts";
import { createKafkaPublisher } from "../../../../src/services/kafka/publishing/publisher.ts";
import { readKafkaLag } from "../../../../src/services/kafka/topics/lag.ts";
import { ensureTopics } from "../../../../src/services/kafka/topics/topics.ts";
import { sharedKafka } from "../../../harness/shared.ts";
import { aKafka } from "../a-kafka.ts";
import { startSource } from "../consuming/running-source.ts";
import { aLog, aName, aTopic, numberedEvents, settingsFor } from "../ground.ts";

const settings = () => settingsFor(sharedKafka().brokers);

async function partitionsOf(topic: string): Promise<number | undefined> {
  const admin = new Admin({ clientId: "test", bootstrapBrokers: sharedKafka().brokers.split(",") });
  onTestFinished(() => admin.close());
  return (await admin.metadata({ topics: [topic] })).topics.get(topic)?.partitionsCount;
}

test("missing topics are made with the configured partitions; those that exist stay as they are", async () => {
  const present = await aTopic(sharedKafka().brokers, { partitions: 2 });
  const missing = aName("missing");
  await ensureTopics({ ...settings(), partitions: 5 }, [present, missing]);
  await ensureTopics({ ...settings(), partitions: 7 }, [present, missing]);
  expect(await partitionsOf(present)).toBe(2);
  expect(await partitionsOf(missing)).toBe(5);
});

test("several that make the same topic at once all succeed", async () => {
  const topic = aName("together");
  await Promise.all(Array.from({ length: 5 }, () => ensureTopics(settings(), [topic])));
  expect(await partitionsOf(topic)).toBe(3);
});

test("more replicas than there are brokers is a failure that names the setting", async () => {
  const topic = aName("replicated");
  const making = ensureTopics({ ...settings(), replicationFactor: 3 }, [topic]);
  await expect(making).rejects.toThrow(FailureError);
  await expect(making).rejects.toThrow(/3 replicas.*KAFKA_REPLICATION_FACTOR/);
});

test("a name that no topic can have is a failure that names it", async () => {
  await expect(ensureTopics(settings(), ["no topic"])).rejects.toThrow(/"no topic".*INVALID_TOPIC_EXCEPTION/);
});

test("the lag is counted partition by partition, for a group that has read part, all or nothing", async () => {
  const topic = await aTopic(sharedKafka().brokers, { partitions: 1 });
  const groupId = aName("group");
  const publisher = createKafkaPublisher({ settings: settings(), requestTimeoutMs: 15_000, log: aLog() });
  onTestFinished(() => publisher.close());
  const lag = () => readKafkaLag({ settings: settings(), groupId, topics: [topic, aName("missing")] });
  await publisher.publish(numberedEvents(topic, 40));
  expect(await lag()).toEqual([{ topic, partition: 0, committed: null, end: 40n, lag: 40n }]);
  const source = startSource({ settings: settings(), groupId, topics: [topic] });
  await expect.poll(() => source.events.length, { timeout: 10_000 }).toBe(40);
  await source.stop();
  expect(await lag()).toEqual([{ topic, partition: 0, committed: 40n, end: 40n, lag: 0n }]);
  await publisher.publish(numberedEvents(topic, 2));
  expect(await lag()).toEqual([{ topic, partition: 0, committed: 40n, end: 42n, lag: 2n }]);
});

test("doctor finds a healthy cluster healthy, and says what a missing topic will be", async () => {
  const present = await aTopic(sharedKafka().brokers);
  const missing = aName("missing");
  const original = aName("original");
  const group = aName("group");
  const findings = await diagnoseKafka(settings(), {
    topics: [
      { topic: present, operations: ["read", "write"], created: true },
      { topic: missing, operations: ["write"], created: true },
      { topic: original, operations: [], created: false },
    ],
    group,
  });
  const { brokers } = sharedKafka();
  expect(findings.map(({ name, status, detail, fix }) => [`${status} ${name}`, detail, fix])).toEqual([
    [`ok Kafka broker ${brokers}, reachable`, expect.stringMatching(/^connected to \S+:\d+$/), null],
    [`ok Kafka broker ${brokers}, answer`, "speaks Kafka, no login, in plain text", null],
    [`ok Kafka topic ${present}`, "3 partitions", null],
    [`ok Kafka topic ${present}, read permission`, "this client may read", null],
    [`ok Kafka topic ${present}, write permission`, "this client may write", null],
    [`ok Kafka topic ${missing}`, "missing; the first app to start creates it with 3 partitions", null],
    [`skipped Kafka topic ${missing}, write permission`, "not tried: no topic yet", null],
    [`ok Kafka topic ${original}`, "missing; it is read as soon as it is there", null],
    [`ok Kafka group ${group}, read permission`, "this client may read in the group and commit", null],
  ]);
  const admin = new Admin({ clientId: "test", bootstrapBrokers: brokers.split(",") });
  onTestFinished(() => admin.close());
  expect(await admin.listTopics()).not.toContain(missing);
  expect([...(await admin.listGroups()).keys()]).not.toContain(group);
});

test("doctor finds a broker that calls itself by an address nobody reaches", async () => {
  const kafka = await aKafka({ advertise: async () => 1 });
  const port = kafka.nodes[0]?.ports.plaintext;
  const findings = await diagnoseKafka(settingsFor(`localhost:${port}`), { topics: [], group: null });
  expect(findings).toContainEqual({
    name: "Kafka broker 1, which calls itself localhost:1, reachable",
    status: "failed",
    detail: "connection refused, nothing listens on that port",
    fix: expect.stringContaining("advertised.listeners"),
  });
});

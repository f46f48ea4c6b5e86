import { expect, onTestFinished, test } from "vitest";
import { CHECK_RESULT_TYPE, checkResultEvent } from "../../../../src/contract/events/cloud-events.ts";
import type { Event } from "../../../../src/contract/events/event.ts";
import type { EventPublisher, PublishOutcome } from "../../../../src/core/events/ports.ts";
import { createKafkaPublisher } from "../../../../src/services/kafka/publishing/publisher.ts";
import { aResult } from "../../../contract/a-result.ts";
import { eventually } from "../../../harness/eventually.ts";
import { kcat, readTopic } from "../../../harness/kafka/kcat.ts";
import { sharedKafka } from "../../../harness/shared.ts";
import { aLog, aName, aTopic, numberedEvents, recordsOf, settingsFor, withAdmin } from "../ground.ts";

const brokers = (): string => sharedKafka().brokers;

function aPublisher(changes: Parameters<typeof settingsFor>[1] = {}): EventPublisher {
  const settings = settingsFor(brokers(), changes);
  const publisher = createKafkaPublisher({ settings, requestTimeoutMs: 15_000, log: aLog() });
  onTestFinished(() => publisher.close());
  return publisher;
}

const kinds = (outcomes: readonly PublishOutcome[]): readonly string[] => outcomes.map(({ kind }) => kind);
const codeOf = (outcome: PublishOutcome | undefined): string =>
  outcome?.kind === "refused" ? outcome.code : String(outcome?.kind);

test("a published result carries CloudEvents headers and its site as key, as kcat sees it", async () => {
  const topic = await aTopic(brokers());
  const result = aResult();
  await aPublisher().publish([checkResultEvent(result, topic)]);
  const [record] = await readTopic(brokers(), topic);
  expect(record?.key).toBe(result.siteId);
  const headers = record?.headers.split(",");
  expect(headers).toContain("ce_specversion=1.0");
  expect(headers).toContain(`ce_type=${CHECK_RESULT_TYPE}`);
  expect(headers).toContain("content-type=application/json");
  expect(JSON.parse(record?.value ?? "")).toMatchObject({ url: result.url });
});

test.for(["none", "gzip", "snappy", "lz4", "zstd"] as const)(
  "events compressed by %s are read by another client",
  async (compression) => {
    const topic = await aTopic(brokers(), { partitions: 1 });
    const events = numberedEvents(topic, 200);
    await aPublisher({ compression }).publish(events);
    const records = await recordsOf(brokers(), topic);
    expect(records.map(({ value }) => value)).toEqual(events.map(({ value }) => String(value)));
  },
);

test("a key goes to the partition where other Kafka clients put it", async () => {
  const [ours, theirs] = await Promise.all([
    aTopic(brokers(), { partitions: 12 }),
    aTopic(brokers(), { partitions: 12 }),
  ]);
  const keys = ["a", "ab", "abc", "abcd", "söll", "日本語", "0189f7e2-1d5b-7c3a-9b1e-3f2a5d6c7b8e"];
  for (let index = 0; index < 100; index += 1) keys.push(`key ${index} ${"x".repeat(index)}`);
  await aPublisher().publish(keys.map((key) => ({ topic: ours, key, headers: {}, value: Buffer.from("v") })));
  const input = keys.map((key) => `${key}|v\n`).join("");
  await kcat(["-b", brokers(), "-t", theirs, "-P", "-K", "|", "-X", "partitioner=murmur2_random"], input);
  const placeOf = async (topic: string): Promise<ReadonlyMap<string, number>> =>
    new Map((await recordsOf(brokers(), topic)).map(({ key, partition }) => [key, partition]));
  expect(await placeOf(ours)).toEqual(await placeOf(theirs));
});

test("events without a key are spread over the partitions", async () => {
  const topic = await aTopic(brokers(), { partitions: 4 });
  const event: Event = { topic, key: null, headers: {}, value: Buffer.from("v") };
  await aPublisher().publish(Array.from({ length: 100 }, () => event));
  const partitions = (await recordsOf(brokers(), topic)).map(({ partition }) => partition);
  const counts = [0, 1, 2, 3].map((partition) => partitions.filter((found) => found === partition).length);
  expect(counts).toEqual([25, 25, 25, 25]);
});

test("a tombstone, an empty value, an empty key and a null key arrive as what they are", async () => {
  const topic = await aTopic(brokers(), { partitions: 1 });
  await aPublisher().publish([
    { topic, key: "k", headers: {}, value: null },
    { topic, key: "k", headers: {}, value: new Uint8Array() },
    { topic, key: "", headers: { empty: "" }, value: Buffer.from("v") },
    { topic, key: null, headers: {}, value: Buffer.from("v") },
  ]);
  const text = await kcat(["-b", brokers(), "-t", topic, "-C", "-e", "-q", "-Z", "-f", "%K %S|"]);
  expect(text).toBe("1 -1|1 0|0 1|-1 1|");
});

test("a record of 900 KB is published", async () => {
  const topic = await aTopic(brokers());
  const value = Buffer.alloc(900_000, "x");
  const outcomes = await aPublisher().publish([{ topic, key: "big", headers: {}, value }]);
  expect(kinds(outcomes)).toEqual(["acknowledged"]);
  const [record] = await recordsOf(brokers(), topic);
  expect(record?.value.length).toBe(900_000);
});

test("events that together exceed the broker's limit are divided, and keep their order", async () => {
  const topic = await aTopic(brokers(), { partitions: 1 });
  const filling = "x".repeat(20_000);
  const events = Array.from({ length: 200 }, (_, index) => ({
    topic,
    key: "one",
    headers: {},
    value: Buffer.from(`${index} ${filling}`),
  }));
  const outcomes = await aPublisher().publish(events);
  expect(new Set(kinds(outcomes))).toEqual(new Set(["acknowledged"]));
  const numbers = (await recordsOf(brokers(), topic)).map(({ value }) => Number.parseInt(value, 10));
  expect(numbers).toEqual([...events.keys()]);
});

test("of a batch, only what is too large for its topic is refused", async () => {
  const topic = await aTopic(brokers(), { partitions: 2, configs: { "max.message.bytes": "10000" } });
  const sizes = [100, 100, 20_000, 100, 8_000, 8_000, 30_000, 100];
  const events = sizes.map((size, index) => ({
    topic,
    key: `k${index % 3}`,
    headers: {},
    value: Buffer.alloc(size, String(index)),
  }));
  const outcomes = await aPublisher().publish(events);
  expect(outcomes.map(codeOf)).toEqual(
    sizes.map((size) => (size > 10_000 ? "MESSAGE_TOO_LARGE" : "acknowledged")),
  );
  expect(outcomes[2]).toMatchObject({ reason: expect.stringContaining("max.message.bytes") });
  expect(await recordsOf(brokers(), topic)).toHaveLength(6);
});

test("an unknown topic refuses its events and no others, and is not created", async () => {
  const topic = await aTopic(brokers());
  const unknown = aName("unknown");
  const [first, second, third] = await aPublisher().publish([
    ...numberedEvents(topic, 1),
    ...numberedEvents(unknown, 1),
    ...numberedEvents(topic, 1),
  ]);
  expect([first, second, third].map(codeOf)).toEqual([
    "acknowledged",
    "UNKNOWN_TOPIC_OR_PARTITION",
    "acknowledged",
  ]);
  expect(second).toMatchObject({ reason: expect.stringContaining(unknown) });
  expect(await kcat(["-b", brokers(), "-L", "-J"])).not.toContain(unknown);
});

test("events that wait for their turn when their time is over are not sent", async () => {
  const topic = await aTopic(brokers(), { partitions: 1 });
  const publisher = aPublisher();
  const overtaken = new AbortController();
  const first = publisher.publish(numberedEvents(topic, 10));
  const second = publisher.publish(numberedEvents(topic, 10, 10), { signal: overtaken.signal });
  overtaken.abort();
  expect(kinds(await first)).toEqual(Array(10).fill("acknowledged"));
  expect(await second).toMatchObject(Array(10).fill({ kind: "unknown" }));
  expect(await recordsOf(brokers(), topic)).toHaveLength(10);
});

test("what follows a refused event under its key is not published where it should wait", async () => {
  const topic = await aTopic(brokers(), { partitions: 1, configs: { "max.message.bytes": "10000" } });
  const event = (key: string | null, size: number, text: string): Event => ({
    topic,
    key,
    headers: {},
    value: Buffer.alloc(size, text),
  });
  const events = [
    event("k", 20_000, "1"),
    event("k", 10, "2"),
    event("other", 10, "3"),
    event(null, 10, "4"),
  ];
  const outcomes = await aPublisher().publish(events, { afterRefused: "wait" });
  expect(kinds(outcomes)).toEqual(["refused", "unknown", "acknowledged", "acknowledged"]);
  expect((await recordsOf(brokers(), topic)).map(({ value }) => value[0])).toEqual(["3", "4"]);
});

test.for(["x".repeat(300), "..", "a".repeat(100_000), "süß", "a b"])(
  "a hostile topic name is refused without asking anyone, and the others are published",
  async (name) => {
    const topic = await aTopic(brokers());
    const outcomes = await aPublisher().publish([...numberedEvents(name, 1), ...numberedEvents(topic, 1)]);
    expect(outcomes.map(codeOf)).toEqual(["INVALID_TOPIC_EXCEPTION", "acknowledged"]);
  },
);

test("a name that no topic can have is refused", async () => {
  const topic = await aTopic(brokers());
  const outcomes = await aPublisher().publish([
    ...numberedEvents("no topic/at all", 1),
    ...numberedEvents("", 1),
    ...numberedEvents(topic, 1),
  ]);
  expect(outcomes.map(codeOf)).toEqual([
    "INVALID_TOPIC_EXCEPTION",
    "INVALID_TOPIC_EXCEPTION",
    "acknowledged",
  ]);
});

test("a compacted topic refuses events without a key, and takes the others of the batch", async () => {
  const topic = await aTopic(brokers(), { partitions: 1, configs: { "cleanup.policy": "compact" } });
  const outcomes = await aPublisher().publish([
    { topic, key: "k", headers: {}, value: Buffer.from("1") },
    { topic, key: null, headers: {}, value: Buffer.from("2") },
    { topic, key: "k", headers: {}, value: Buffer.from("3") },
  ]);
  expect(outcomes.map(codeOf)).toEqual(["acknowledged", "INVALID_RECORD", "acknowledged"]);
  expect((await recordsOf(brokers(), topic)).map(({ value }) => value)).toEqual(["1", "3"]);
});

test("publishes made side by side all arrive, each in its own order", async () => {
  const topic = await aTopic(brokers());
  const publisher = aPublisher();
  const batches = Array.from({ length: 20 }, (_, index) => numberedEvents(topic, 50, index * 50));
  const outcomes = await Promise.all(batches.map((batch) => publisher.publish(batch)));
  expect(outcomes.flat().every(({ kind }) => kind === "acknowledged")).toBe(true);
  const values = (await recordsOf(brokers(), topic)).map(({ value }) => Number(value));
  expect(values.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, index) => index));
});

test("a topic that is made again with fewer partitions takes what comes next", async () => {
  const topic = await aTopic(brokers(), { partitions: 6 });
  const publisher = aPublisher();
  await publisher.publish(numberedEvents(topic, 50));
  const moved = (await recordsOf(brokers(), topic)).find(({ partition }) => partition > 0)?.key ?? null;
  await withAdmin(brokers(), async (admin) => {
    await admin.deleteTopics({ topics: [topic] });
    await eventually("it can be made again", async () => {
      await admin.createTopics({ topics: [topic], partitions: 1, replicas: 1 });
      return true;
    });
    await eventually("the broker serves it", async () => {
      const { topics } = await admin.metadata({ topics: [topic], forceUpdate: true });
      return topics.get(topic)?.partitionsCount === 1;
    });
  });
  await eventually("it is acknowledged", async () => {
    const event = { topic, key: moved, headers: {}, value: Buffer.from("v") };
    const [outcome] = await publisher.publish([event]);
    return outcome?.kind === "acknowledged";
  });
  expect(await recordsOf(brokers(), topic)).toEqual([{ partition: 0, key: moved, value: "v" }]);
});

test("nothing to publish needs no broker", async () => {
  const settings = settingsFor("localhost:1");
  const publisher = createKafkaPublisher({ settings, requestTimeoutMs: 1_000, log: aLog() });
  expect(await publisher.publish([])).toEqual([]);
  await publisher.close();
});

import { Admin, Producer } from "@platformatic/kafka";
import { expect, onTestFinished, test } from "vitest";
import type { Event } from "../../../../src/contract/events/event.ts";
import { createKafkaPublisher } from "../../../../src/services/kafka/publishing/publisher.ts";
import { readKafkaLag } from "../../../../src/services/kafka/topics/lag.ts";
import { ensureTopics } from "../../../../src/services/kafka/topics/topics.ts";
import { eventually } from "../../../harness/eventually.ts";
import { sharedKafka } from "../../../harness/shared.ts";
import { aLog, aName, aTopic, numberedEvents, settingsFor } from "../ground.ts";
import { startSource } from "./running-source.ts";

const settings = () => settingsFor(sharedKafka().brokers);

async function publish(events: readonly Event[]): Promise<void> {
  const publisher = createKafkaPublisher({ settings: settings(), requestTimeoutMs: 15_000, log: aLog() });
  await publisher.publish(events);
  await publisher.close();
}

function anAdmin(): Admin {
  const admin = new Admin({ clientId: "test", bootstrapBrokers: sharedKafka().brokers.split(",") });
  onTestFinished(() => admin.close());
  return admin;
}

const lag = (groupId: string, topic: string) =>
  readKafkaLag({ settings: settings(), groupId, topics: [topic] });
const committed = async (groupId: string, topic: string): Promise<bigint> =>
  (await lag(groupId, topic)).reduce((sum, { committed: offset }) => sum + (offset ?? 0n), 0n);
const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);
const sorted = (values: readonly string[]): readonly number[] => values.map(Number).toSorted((a, b) => a - b);

test("every event is handed over once, in offset order within its partition, with all that it carries", async () => {
  const topic = await aTopic(sharedKafka().brokers);
  await publish([
    ...numberedEvents(topic, 1_000),
    { topic, key: null, headers: { ce_type: "x", größe: "ö" }, value: null },
  ]);
  const source = startSource({ settings: settings(), groupId: aName("group"), topics: [topic] });
  await eventually("all have come", () => source.events.length === 1_001);
  await source.stop();
  expect(source.events).toHaveLength(1_001);
  for (const partition of [0, 1, 2]) {
    const offsets = source.events
      .filter((event) => event.partition === partition)
      .map(({ offset }) => offset);
    expect(offsets).toEqual(numbers(offsets.length).map(BigInt));
  }
  const bare = source.events.find(({ value }) => value === null);
  expect(bare).toMatchObject({ topic, key: null, headers: { ce_type: "x", größe: "ö" } });
  expect(Math.abs((bare?.timestampMs ?? 0) - Date.now())).toBeLessThan(60_000);
});

test("a group that comes back goes on where it stopped", async () => {
  const topic = await aTopic(sharedKafka().brokers);
  const groupId = aName("group");
  await publish(numberedEvents(topic, 100));
  const first = startSource({ settings: settings(), groupId, topics: [topic] });
  await eventually("the first hundred have come", () => first.events.length === 100);
  await first.stop();
  expect(await lag(groupId, topic)).toMatchObject([{ lag: 0n }, { lag: 0n }, { lag: 0n }]);
  await publish(numberedEvents(topic, 100, 100));
  const second = startSource({ settings: settings(), groupId, topics: [topic] });
  await eventually("the second hundred have come", () => second.events.length >= 100);
  await second.stop();
  expect(sorted(second.values)).toEqual(numbers(200).slice(100));
});

test("a group without offsets begins at the instant it is told", async () => {
  const topic = await aTopic(sharedKafka().brokers);
  await publish(numberedEvents(topic, 10));
  const [instant] = await eventually("the clock has moved on", () => {
    const now = Date.now();
    return [now + 1];
  });
  await eventually("the instant has passed", () => Date.now() > (instant ?? 0));
  await publish(numberedEvents(topic, 10, 10));
  const source = startSource({
    settings: settings(),
    groupId: aName("group"),
    topics: [topic],
    from: instant ?? 0,
  });
  await eventually("the later ones have come", () => source.events.length >= 10);
  await source.stop();
  expect(sorted(source.values)).toEqual(numbers(20).slice(10));
});

test("begun at an instant younger than every event, it reads what comes afterwards", async () => {
  const topic = await aTopic(sharedKafka().brokers);
  await publish(numberedEvents(topic, 10));
  const source = startSource({
    settings: settings(),
    groupId: aName("group"),
    topics: [topic],
    from: Date.now() + 3_600_000,
  });
  await eventually("it has its partitions", () => source.assigned().length === 3);
  await eventually("a new event comes through", async () => {
    await publish(numberedEvents(topic, 1, 99));
    return source.events.length > 0;
  });
  await source.stop();
  expect(new Set(source.values)).toEqual(new Set(["99"]));
});

test("a batch is committed when its handler is done, not before", async () => {
  const topic = await aTopic(sharedKafka().brokers, { partitions: 1 });
  const groupId = aName("group");
  await publish(numberedEvents(topic, 10));
  const entered = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  startSource({ settings: settings(), groupId, topics: [topic] }, async () => {
    entered.resolve();
    await release.promise;
  });
  await entered.promise;
  expect(await committed(groupId, topic)).toBe(0n);
  release.resolve();
  await eventually("it is committed", async () => (await committed(groupId, topic)) === 10n);
});

test("a handler that rejects ends the run with its reason, nothing of the batch is committed, and it comes again", async () => {
  const topic = await aTopic(sharedKafka().brokers, { partitions: 1 });
  const groupId = aName("group");
  await publish(numberedEvents(topic, 20));
  const batch = { maxEvents: 10, maxWaitMs: 20 };
  const source = startSource(
    { settings: settings(), groupId, topics: [topic], batch },
    async ({ events }) => {
      if (events[0]?.offset === 10n) throw new Error("the disk is on fire");
    },
  );
  await expect(source.ended).rejects.toThrow("the disk is on fire");
  expect(await committed(groupId, topic)).toBe(10n);
  const next = startSource({ settings: settings(), groupId, topics: [topic], batch });
  await eventually("the failed batch has come again", () => next.events.length === 10);
  await next.stop();
  expect(next.values.map(Number)).toEqual(numbers(20).slice(10));
});

test("told to stop, it finishes the batch in hand, commits it and leaves the group", async () => {
  const topic = await aTopic(sharedKafka().brokers, { partitions: 1 });
  const groupId = aName("group");
  await publish(numberedEvents(topic, 30));
  const entered = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  const batch = { maxEvents: 10, maxWaitMs: 20 };
  const source = startSource({ settings: settings(), groupId, topics: [topic], batch }, async () => {
    entered.resolve();
    await release.promise;
  });
  await entered.promise;
  const stopped = source.stop();
  release.resolve();
  await stopped;
  expect(source.batches).toHaveLength(1);
  expect(await committed(groupId, topic)).toBe(10n);
  const group = (await anAdmin().describeGroups({ groups: [groupId] })).get(groupId);
  expect(group?.members.size).toBe(0);
});

test("partitions are handled side by side: one that stands still does not hold up the others", async () => {
  const topic = await aTopic(sharedKafka().brokers);
  await publish(numberedEvents(topic, 300));
  const release = Promise.withResolvers<void>();
  let stuck: number | null = null;
  const source = startSource(
    { settings: settings(), groupId: aName("group"), topics: [topic] },
    async ({ partition }) => {
      stuck ??= partition;
      if (stuck === partition) await release.promise;
    },
  );
  await eventually("the other partitions are done", () => {
    const done = new Set(source.events.map(({ partition }) => partition));
    return done.size === 2 && !done.has(stuck ?? -1);
  });
  release.resolve();
  await eventually("the rest follows", () => source.events.length === 300);
});

test("batches are no larger than asked for, and a lone event does not wait for company", async () => {
  const topic = await aTopic(sharedKafka().brokers, { partitions: 1 });
  await publish(numberedEvents(topic, 95));
  const batch = { maxEvents: 10, maxWaitMs: 50 };
  const source = startSource({ settings: settings(), groupId: aName("group"), topics: [topic], batch });
  await eventually("all have come", () => source.events.length === 95);
  expect(Math.max(...source.batches.map(({ events }) => events.length))).toBe(10);
  await publish(numberedEvents(topic, 1, 95));
  await eventually("the lone one comes", () => source.events.length === 96);
});

test("a second consumer joins and leaves, again and again, and nothing is lost or read twice", async () => {
  const topic = await aTopic(sharedKafka().brokers, { partitions: 6 });
  const groupId = aName("group");
  const given = { settings: settings(), groupId, topics: [topic], sessionTimeoutMs: 6_000 };
  const first = startSource(given);
  await eventually("the first has everything", () => first.assigned().length === 6);
  const seconds = [];
  for (let round = 0; round < 3; round += 1) {
    await publish(numberedEvents(topic, 300, round * 600));
    const second = startSource(given);
    seconds.push(second);
    await eventually("they share the partitions", () => second.assigned().length === 3, {
      timeoutMs: 20_000,
    });
    await publish(numberedEvents(topic, 300, round * 600 + 300));
    await second.stop();
    await eventually("the first has everything again", () => first.assigned().length === 6, {
      timeoutMs: 20_000,
    });
  }
  await eventually("all has been committed", async () => (await committed(groupId, topic)) === 1_800n);
  await first.stop();
  const values = [first, ...seconds].flatMap((source) => source.values);
  expect(sorted(values)).toEqual(numbers(1_800));
  // Each partition was read in its order by whoever held it.
  for (const source of [first, ...seconds]) {
    for (const batch of source.batches) {
      const offsets = batch.events.map(({ offset }) => offset);
      expect(offsets).toEqual(offsets.toSorted((a, b) => Number(a - b)));
    }
  }
});

test("a static member that comes back in time gets its partitions without disturbing the other", async () => {
  const topic = await aTopic(sharedKafka().brokers, { partitions: 4 });
  const groupId = aName("group");
  const given = { settings: settings(), groupId, topics: [topic], sessionTimeoutMs: 30_000 };
  const other = startSource({ ...given, instanceId: "other" });
  const member = startSource({ ...given, instanceId: "member" });
  await eventually("they share the partitions", () => {
    return member.assigned().length === 2 && other.assigned().length === 2;
  });
  const before = member.assigned().toSorted();
  const joins = other.log.entries.filter(({ message }) => message === "partitions assigned").length;
  await member.stop();
  const back = startSource({ ...given, instanceId: "member" });
  await eventually("it has them back", () => back.assigned().length === 2);
  expect(back.assigned().toSorted()).toEqual(before);
  await publish(numberedEvents(topic, 100));
  await eventually("both read", () => back.events.length + other.events.length === 100);
  expect(other.log.entries.filter(({ message }) => message === "partitions assigned")).toHaveLength(joins);
});

test("a topic that is missing at first is read as soon as it is there, the others meanwhile", async () => {
  const present = await aTopic(sharedKafka().brokers);
  const late = aName("late");
  await publish(numberedEvents(present, 10));
  const source = startSource({ settings: settings(), groupId: aName("group"), topics: [present, late] });
  await eventually("the one that is there is read", () => source.events.length === 10);
  expect(source.log.entries).toContainEqual(
    expect.objectContaining({ level: "warn", fields: { topics: late } }),
  );
  await ensureTopics(settings(), [late]);
  await publish(numberedEvents(late, 10, 100));
  await eventually("the late one is read too", () => source.events.length === 20, { timeoutMs: 30_000 });
});

test("a topic that is deleted and made again is read from its new beginning", async () => {
  const topic = aName("again");
  const other = await aTopic(sharedKafka().brokers);
  await ensureTopics(settings(), [topic]);
  await publish(numberedEvents(topic, 50));
  const source = startSource({ settings: settings(), groupId: aName("group"), topics: [topic, other] });
  await eventually("the first fifty have come", () => source.events.length === 50);
  await anAdmin().deleteTopics({ topics: [topic] });
  await publish(numberedEvents(other, 10, 500));
  await eventually("the other topic is still read", () => source.values.includes("509"), {
    timeoutMs: 30_000,
  });
  await ensureTopics(settings(), [topic]);
  await publish(numberedEvents(topic, 100, 1_000));
  await eventually("everything in the new one has come", () => source.events.length === 160, {
    timeoutMs: 40_000,
  });
});

test("partitions that are added to a topic are read", async () => {
  const topic = await aTopic(sharedKafka().brokers, { partitions: 1 });
  const source = startSource({ settings: settings(), groupId: aName("group"), topics: [topic] });
  await eventually("it has the only partition", () => source.assigned().length === 1);
  await anAdmin().createPartitions({ topics: [{ name: topic, count: 4 }] });
  await eventually("it has all of them", () => source.assigned().length === 4, { timeoutMs: 30_000 });
  await publish(numberedEvents(topic, 100));
  await eventually("all have come", () => source.events.length === 100);
});

test("when the log no longer holds the next event, it says so and goes on with the earliest", async () => {
  const topic = await aTopic(sharedKafka().brokers, { partitions: 1 });
  const groupId = aName("group");
  await publish(numberedEvents(topic, 100));
  const first = startSource({ settings: settings(), groupId, topics: [topic] });
  await eventually("all have come", () => first.events.length === 100);
  await first.stop();
  await publish(numberedEvents(topic, 100, 100));
  await anAdmin().deleteRecords({ topics: [{ name: topic, partitions: [{ partition: 0, offset: 150n }] }] });
  const second = startSource({ settings: settings(), groupId, topics: [topic] });
  await eventually("the rest has come", () => second.events.length === 50);
  expect(second.values.map(Number)).toEqual(numbers(200).slice(150));
  expect(second.log.entries).toContainEqual(
    expect.objectContaining({
      level: "error",
      message: expect.stringContaining("offset out of range"),
      fields: { topic, partition: 0, lostFrom: "100", continuingAt: "150" },
    }),
  );
});

test("what a transaction wrote and took back is not read, and does not stop the reading", async () => {
  const topic = await aTopic(sharedKafka().brokers, { partitions: 1 });
  const producer = new Producer({
    clientId: "test",
    bootstrapBrokers: sharedKafka().brokers.split(","),
    idempotent: true,
    transactionalId: aName("transaction"),
  });
  onTestFinished(() => producer.close());
  for (const [text, keep] of [
    ["one", true],
    ["two", false],
    ["three", true],
    ["four", false],
  ] as const) {
    const transaction = await producer.beginTransaction();
    await transaction.send({ messages: [{ topic, value: Buffer.from(text) }] });
    await (keep ? transaction.commit() : transaction.abort());
  }
  await publish(numberedEvents(topic, 1, 5));
  const source = startSource({ settings: settings(), groupId: aName("group"), topics: [topic] });
  await eventually("the last one has come", () => source.values.includes("5"));
  expect(source.values).toEqual(["one", "three", "5"]);
});

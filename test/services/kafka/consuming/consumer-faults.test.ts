// What the event source keeps its word on while brokers, connections and handlers fail.
import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { UnavailableError } from "../../../../src/core/failures.ts";
import { createKafkaPublisher } from "../../../../src/services/kafka/publishing/publisher.ts";
import { readKafkaLag } from "../../../../src/services/kafka/topics/lag.ts";
import { eventually } from "../../../harness/eventually.ts";
import { kafkaOfThisFile, proxiedKafkaOfThisFile } from "../a-kafka.ts";
import { aLog, aName, aTopic, numberedEvents, settingsFor, withAdmin } from "../ground.ts";
import { startMemberProcess } from "./member-process.ts";
import { type RunningSource, startSource } from "./running-source.ts";

/** Sessions short enough for a test to outlive. */
const shortSessions = { properties: { "group.min.session.timeout.ms": "1000" } };
const single = kafkaOfThisFile(shortSessions);
const proxied = proxiedKafkaOfThisFile(shortSessions);
const triple = kafkaOfThisFile({ nodes: 3, properties: { "min.insync.replicas": "2" } });

/** Publishes the numbers from `first` to `end`, fifty at a time, however often it takes. */
async function publishAll(brokers: string, topic: string, end: number, first = 0): Promise<void> {
  const publisher = createKafkaPublisher({
    settings: settingsFor(brokers),
    requestTimeoutMs: 5_000,
    log: aLog(),
  });
  try {
    for (let next = first; next < end; next += 50) {
      let rest = numberedEvents(topic, 50, next);
      while (rest.length > 0) {
        try {
          const outcomes = await publisher.publish(rest);
          rest = rest.filter((_, index) => outcomes[index]?.kind !== "acknowledged");
        } catch (error) {
          if (!(error instanceof UnavailableError)) throw error;
        }
      }
    }
  } finally {
    await publisher.close();
  }
}

const distinct = (...sources: readonly RunningSource[]): number =>
  new Set(sources.flatMap(({ values }) => values)).size;

async function isCommitted(brokers: string, groupId: string, topic: string): Promise<boolean> {
  const lags = await readKafkaLag({ settings: settingsFor(brokers), groupId, topics: [topic] });
  return lags.every(({ lag }) => lag === 0n);
}

const groupOf = (brokers: string, groupId: string) =>
  withAdmin(brokers, async (admin) => (await admin.describeGroups({ groups: [groupId] })).get(groupId));

/** Brokers that start again and again take their time, the more so on a busy machine. */
const broken = { timeout: 150_000 };

test("a broker that is killed and comes back under load costs no event", broken, async () => {
  const { brokers, nodes } = single();
  const topic = await aTopic(brokers);
  const groupId = aName("group");
  const source = startSource({ settings: settingsFor(brokers), groupId, topics: [topic] });
  const publishing = publishAll(brokers, topic, 3_000);
  for (let round = 0; round < 3; round += 1) {
    await nodes[0]?.kill();
    await nodes[0]?.start();
  }
  await publishing;
  await eventually("every event has come", () => distinct(source) === 3_000, { timeoutMs: 60_000 });
  await eventually("all is committed", () => isCommitted(brokers, groupId, topic), { timeoutMs: 30_000 });
  await source.stop();
});

test(
  "on three brokers, leaders and the group's coordinator move, and two members lose nothing",
  broken,
  async () => {
    const { brokers, nodes } = triple();
    const topic = await aTopic(brokers, { partitions: 6 });
    const groupId = aName("group");
    const given = { settings: settingsFor(brokers), groupId, topics: [topic] };
    const sources = [startSource(given), startSource(given)];
    const publishing = publishAll(brokers, topic, 3_000);
    for (const node of nodes) {
      await node.kill();
      await node.start();
    }
    await publishing;
    await eventually("every event has come", () => distinct(...sources) === 3_000, { timeoutMs: 60_000 });
    await eventually("all is committed", () => isCommitted(brokers, groupId, topic), { timeoutMs: 30_000 });
  },
);

test("connections that are cut, slow or stand still cost no event", broken, async () => {
  const { brokers, direct, proxy } = proxied();
  const topic = await aTopic(direct);
  const groupId = aName("group");
  const given = { settings: settingsFor(brokers), groupId, topics: [topic], sessionTimeoutMs: 1_000 };
  const source = startSource(given);
  const publishing = publishAll(brokers, topic, 2_000);
  for (let round = 0; round < 3; round += 1) {
    proxy.cut();
    await delay(300);
    proxy.heal();
    await delay(500);
    proxy.delay(100);
    await delay(500);
    proxy.heal();
    // Longer than the session: the group gives the member up meanwhile.
    proxy.stall();
    await delay(1_500);
    proxy.heal();
  }
  await publishing;
  await eventually("every event has come", () => distinct(source) === 2_000, { timeoutMs: 60_000 });
  await eventually("all is committed", () => isCommitted(brokers, groupId, topic), { timeoutMs: 30_000 });
});

test("a handler that is busy for longer than the session keeps its membership", async () => {
  const { brokers } = single();
  const topic = await aTopic(brokers, { partitions: 1 });
  const groupId = aName("group");
  await publishAll(brokers, topic, 100);
  const entered = Promise.withResolvers<void>();
  const given = { settings: settingsFor(brokers), groupId, topics: [topic], sessionTimeoutMs: 1_000 };
  const source = startSource(given, async () => {
    entered.resolve();
    await delay(3_000);
  });
  await entered.promise;
  const before = await groupOf(brokers, groupId);
  await eventually("the batch is done", () => source.events.length > 0);
  const after = await groupOf(brokers, groupId);
  expect([...(after?.members.keys() ?? [])]).toEqual([...(before?.members.keys() ?? [])]);
  await eventually("it is committed", () => isCommitted(brokers, groupId, topic));
  expect(source.log.entries.filter(({ message }) => message === "partitions assigned")).toHaveLength(1);
});

test("while a handler stands still, no more is read for it than its buffer holds", async () => {
  const { brokers, direct, proxy } = proxied();
  const topic = await aTopic(direct, { partitions: 2 });
  const publisher = createKafkaPublisher({
    settings: settingsFor(direct),
    requestTimeoutMs: 15_000,
    log: aLog(),
  });
  const value = Buffer.alloc(100_000, "x");
  const megabytes = 40;
  // Without a key they are dealt out to the two partitions in turn.
  const pair = Array.from({ length: 2 }, () => ({ topic, key: null, headers: {}, value }));
  for (let count = 0; count < megabytes * 10; count += 1) await publisher.publish(pair);
  await publisher.close();
  const given = { settings: settingsFor(brokers), groupId: aName("group"), topics: [topic] };
  const release = Promise.withResolvers<void>();
  const readBefore = proxy.bytesToClients;
  const source = startSource(given, async ({ partition }) => {
    if (partition === 0) await release.promise;
  });
  const whole = megabytes * 10;
  await eventually("the other partition is read to its end", () => source.events.length === whole, {
    timeoutMs: 30_000,
  });
  const readBytes = proxy.bytesToClients - readBefore;
  release.resolve();
  // What stood still had taken a batch and filled its buffer: two times 8 MB and a fetch on top, of its 40.
  expect(readBytes).toBeLessThan((megabytes + 30) * 1_000_000);
  await eventually("then it follows", () => source.events.length === 2 * whole, { timeoutMs: 30_000 });
});

test("a partition that goes to another member takes its batch in hand with it: told, and not committed", async () => {
  const { brokers } = single();
  const topic = await aTopic(brokers, { partitions: 2 });
  const groupId = aName("group");
  await publishAll(brokers, topic, 200);
  const told: number[] = [];
  const given = { settings: settingsFor(brokers), groupId, topics: [topic], sessionTimeoutMs: 6_000 };
  // The first handles nothing to its end: whatever gets committed was committed wrongly, or by the second.
  startSource(given, async ({ partition }, signal) => {
    await new Promise((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    }).catch((reason: unknown) => {
      told.push(partition);
      throw reason;
    });
  });
  await eventually("the first has both", async () => (await groupOf(brokers, groupId))?.members.size === 1);
  const second = startSource(given);
  await eventually("the second has one of them", () => second.assigned().length === 1, { timeoutMs: 20_000 });
  await eventually("the first has been told", () => told.length === 1);
  const moved = told[0];
  const lagOf = async (partition: number | undefined) => {
    const lags = await readKafkaLag({ settings: settingsFor(brokers), groupId, topics: [topic] });
    return lags.find((entry) => entry.partition === partition);
  };
  await eventually("the second has done the one that moved", async () => (await lagOf(moved))?.lag === 0n);
  expect(await lagOf(moved === 0 ? 1 : 0)).toMatchObject({ committed: null });
});

test("a member that dies without a word is replaced once its session has timed out, and nothing is lost", async () => {
  const { brokers } = single();
  const topic = await aTopic(brokers, { partitions: 2 });
  const groupId = aName("group");
  await publishAll(brokers, topic, 500);
  const victim = startMemberProcess({ brokers, groupId, topic, sessionTimeoutMs: 1_000 });
  await eventually("it has a batch in hand", () => victim.batchesTaken > 0, { timeoutMs: 20_000 });
  await victim.kill();
  await publishAll(brokers, topic, 1_000, 500);
  const heir = startSource({ settings: settingsFor(brokers), groupId, topics: [topic] });
  await eventually("the heir has everything, the batch in hand included", () => distinct(heir) === 1_000, {
    timeoutMs: 30_000,
  });
});

test("a broker that is away at the start is waited for, with one line in the log", async () => {
  const { brokers, nodes } = single();
  const topic = await aTopic(brokers);
  await publishAll(brokers, topic, 100);
  await nodes[0]?.kill();
  const source = startSource({ settings: settingsFor(brokers), groupId: aName("group"), topics: [topic] });
  await eventually("it says so", () => source.log.entries.some(({ level }) => level === "warn"));
  await delay(1_000);
  expect(source.log.entries.filter(({ level }) => level === "warn")).toHaveLength(1);
  expect(JSON.stringify(source.log.entries)).toContain("connection refused");
  await nodes[0]?.start();
  await eventually("it reads", () => source.events.length === 100, { timeoutMs: 20_000 });
});

test("told to stop while nothing comes through to the broker, it stops", async () => {
  const { brokers, direct, proxy } = proxied();
  const topic = await aTopic(direct);
  await publishAll(direct, topic, 100);
  const source = startSource({ settings: settingsFor(brokers), groupId: aName("group"), topics: [topic] });
  await eventually("it reads", () => source.events.length === 100);
  proxy.stall();
  await source.stop();
});

test("told to stop while the broker is away, it stops", async () => {
  const { brokers, nodes } = single();
  const topic = await aTopic(brokers);
  await publishAll(brokers, topic, 100);
  const source = startSource({ settings: settingsFor(brokers), groupId: aName("group"), topics: [topic] });
  await eventually("it reads", () => source.events.length === 100);
  await nodes[0]?.kill();
  await source.stop();
});

// What the publisher keeps its word on while the network and the broker fail.
import { expect, onTestFinished, test } from "vitest";
import type { Event } from "../../../../src/contract/events/event.ts";
import type { EventPublisher } from "../../../../src/core/events/ports.ts";
import { UnavailableError } from "../../../../src/core/failures.ts";
import { createKafkaPublisher } from "../../../../src/services/kafka/publishing/publisher.ts";
import { eventually } from "../../../harness/eventually.ts";
import { kafkaOfThisFile, proxiedKafkaOfThisFile } from "../a-kafka.ts";
import { aLog, aName, aTopic, numberedEvents, recordsOf, settingsFor, withAdmin } from "../ground.ts";

const single = kafkaOfThisFile();
const proxied = proxiedKafkaOfThisFile();
const triple = kafkaOfThisFile({ nodes: 3, properties: { "min.insync.replicas": "2" } });

function aPublisher(brokers: string, requestTimeoutMs: number): EventPublisher {
  const publisher = createKafkaPublisher({ settings: settingsFor(brokers), requestTimeoutMs, log: aLog() });
  onTestFinished(() => publisher.close());
  return publisher;
}

const one = (topic: string, text: string): readonly Event[] => [
  { topic, key: "key", headers: {}, value: Buffer.from(text) },
];

/** Publishes again whatever is unknown; returns how many publishes could not reach the log at all. */
async function publishUntilAcknowledged(
  publisher: EventPublisher,
  events: readonly Event[],
): Promise<number> {
  let rest = events;
  for (let failures = 0; ; ) {
    try {
      const outcomes = await publisher.publish(rest);
      expect(outcomes.some(({ kind }) => kind === "refused")).toBe(false);
      rest = rest.filter((_, index) => outcomes[index]?.kind !== "acknowledged");
      if (rest.length === 0) return failures;
    } catch (error) {
      expect(error).toBeInstanceOf(UnavailableError);
      failures += 1;
    }
  }
}

/** Brokers that start again and again take their time, the more so on a busy machine. */
const broken = { timeout: 150_000 };

test(
  "order per key holds, and nothing is lost, across a broker that is killed and comes back",
  broken,
  async () => {
    const kafka = single();
    const [node] = kafka.nodes;
    const topic = await aTopic(kafka.brokers);
    const publisher = aPublisher(kafka.brokers, 4_000);
    const total = 3_000;
    const publishing = (async () => {
      for (let first = 0; first < total; first += 50) {
        await publishUntilAcknowledged(publisher, numberedEvents(topic, 50, first));
      }
    })();
    for (let round = 0; round < 3; round += 1) {
      await node?.kill();
      await node?.start();
    }
    await publishing;
    const seen = new Map<string, number[]>();
    for (const { key, value } of await recordsOf(kafka.brokers, topic)) {
      const numbers = seen.get(key) ?? [];
      // Published again, an event may stand in the log again; what counts is where it stands first.
      if (!numbers.includes(Number(value))) numbers.push(Number(value));
      seen.set(key, numbers);
    }
    for (const [key, numbers] of seen) {
      expect(numbers, key).toEqual(numbers.toSorted((a, b) => a - b));
    }
    expect([...seen.values()].flat()).toHaveLength(total);
  },
);

test("a leader that changes costs neither an event nor a failed publish", broken, async () => {
  const kafka = triple();
  const topic = await aTopic(kafka.brokers, { partitions: 6 });
  const publisher = aPublisher(kafka.brokers, 60_000);
  const total = 2_000;
  let failures = 0;
  const publishing = (async () => {
    for (let first = 0; first < total; first += 20) {
      failures += await publishUntilAcknowledged(publisher, numberedEvents(topic, 20, first));
    }
  })();
  const [first, second] = kafka.nodes;
  await first?.kill();
  await first?.start();
  await second?.stop();
  await second?.start();
  await publishing;
  expect(failures).toBe(0);
  const values = (await recordsOf(kafka.brokers, topic)).map(({ value }) => Number(value));
  expect(values.toSorted((a, b) => a - b)).toEqual(Array.from({ length: total }, (_, index) => index));
});

test("an acknowledgement that was lost on its way does not double the events", async () => {
  const { brokers, direct, proxy } = proxied();
  const topic = await aTopic(direct, { partitions: 1 });
  const publisher = aPublisher(brokers, 20_000);
  await publisher.publish(one(topic, "first"));
  // The request goes through, slowly; the connection is cut when it has been written and not yet answered.
  proxy.delay(300);
  const publishing = publisher.publish(one(topic, "second"));
  await eventually("the broker has written it", async () => (await recordsOf(direct, topic)).length === 2, {
    intervalMs: 10,
  });
  proxy.cut();
  proxy.heal();
  expect(await publishing).toEqual([{ kind: "acknowledged" }]);
  expect((await recordsOf(direct, topic)).map(({ value }) => value)).toEqual(["first", "second"]);
});

test("a connection that stands still is given up for a new one, and nothing is doubled", async () => {
  const { brokers, direct, proxy } = proxied();
  const topic = await aTopic(direct, { partitions: 1 });
  const publisher = aPublisher(brokers, 3_000);
  await publisher.publish(one(topic, "first"));
  proxy.strand();
  expect(await publisher.publish(one(topic, "second"))).toEqual([{ kind: "acknowledged" }]);
  proxy.heal();
  await eventually("what stood still has arrived", () => proxy.connections <= 1);
  expect((await recordsOf(direct, topic)).map(({ value }) => value)).toEqual(["first", "second"]);
});

test("a request that arrives long after its events were published again is fenced off", async () => {
  const { brokers, direct, proxy } = proxied();
  const topic = await aTopic(direct, { partitions: 1 });
  const publisher = aPublisher(brokers, 1_000);
  await publisher.publish(one(topic, "first"));
  proxy.stall();
  expect(await publisher.publish(one(topic, "second"))).toMatchObject([{ kind: "unknown" }]);
  proxy.strand();
  await publishUntilAcknowledged(publisher, one(topic, "second"));
  await publishUntilAcknowledged(publisher, one(topic, "third"));
  proxy.heal();
  await eventually("the late request has arrived", () => proxy.connections <= 1);
  await publishUntilAcknowledged(publisher, one(topic, "fourth"));
  expect((await recordsOf(direct, topic)).map(({ value }) => value)).toEqual([
    "first",
    "second",
    "third",
    "fourth",
  ]);
});

test("after its bound a publish has failed, and none of its connections is left", async () => {
  const { brokers, direct, proxy } = proxied();
  const topic = await aTopic(direct, { partitions: 1 });
  const publisher = aPublisher(brokers, 1_500);
  await publisher.publish(one(topic, "first"));
  proxy.stall();
  expect(await publisher.publish(one(topic, "second"))).toEqual([
    { kind: "unknown", reason: expect.stringMatching(/no answer in time|no acknowledgement/) },
  ]);
  await eventually("its connections are closed", () => proxy.clients === 0);
});

test(
  "what other partitions acknowledge counts while one has no leader, and nothing is written twice",
  broken,
  async () => {
    const kafka = triple();
    const topic = aName("topic");
    const configs = [{ name: "min.insync.replicas", value: "1" }];
    await withAdmin(kafka.brokers, (admin) =>
      admin.createTopics({ topics: [topic], partitions: 3, replicas: 1, configs }),
    );
    const publisher = aPublisher(kafka.brokers, 10_000);
    await eventually("every partition can be written", async () =>
      (await publisher.publish(numberedEvents(topic, 10))).every(({ kind }) => kind === "acknowledged"),
    );
    const [node] = kafka.nodes;
    await node?.kill();
    const events = numberedEvents(topic, 100, 10);
    const acknowledged = new Set<Event>();
    const publishRest = async (): Promise<readonly string[]> => {
      const rest = events.filter((event) => !acknowledged.has(event));
      const outcomes = await publisher.publish(rest);
      for (const [index, event] of rest.entries()) {
        if (outcomes[index]?.kind === "acknowledged") acknowledged.add(event);
      }
      return outcomes.map(({ kind }) => kind);
    };
    await eventually(
      "the other partitions acknowledge",
      async () => {
        const kinds = new Set(await publishRest());
        return acknowledged.size > 0 && kinds.size === 1 && kinds.has("unknown");
      },
      { timeoutMs: 60_000 },
    );
    expect(acknowledged.size).toBeLessThan(100);
    await node?.start();
    await eventually("all are acknowledged", async () => (await publishRest()).length === 0, {
      timeoutMs: 60_000,
    });
    const values = (await recordsOf(kafka.brokers, topic)).map(({ value }) => Number(value));
    expect(values.filter((number) => number >= 10).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 100 }, (_, index) => index + 10),
    );
  },
);

test("a slow line carries large rows once each, however much more was asked for", {
  timeout: 120_000,
}, async () => {
  const { brokers, direct, proxy } = proxied();
  const topic = await aTopic(direct, { partitions: 4 });
  const publisher = aPublisher(brokers, 4_000);
  await publisher.publish(one(topic, "first"));
  proxy.slow(1_000_000);
  const value = Buffer.alloc(100_000, "x");
  const events = Array.from({ length: 80 }, (_, index) => ({ topic, key: `${index}`, headers: {}, value }));
  // Four pipelines at once, and together more than the line carries within the bound.
  const publishing = [0, 20, 40, 60].map((first) =>
    publishUntilAcknowledged(publisher, events.slice(first, first + 20)),
  );
  await Promise.all(publishing);
  proxy.heal();
  expect(await recordsOf(direct, topic)).toHaveLength(81);
});

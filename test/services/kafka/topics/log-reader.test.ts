import { Admin } from "@platformatic/kafka";
import { expect, onTestFinished, test } from "vitest";
import type { ConsumedEvent } from "../../../../src/contract/events/event.ts";
import { createKafkaPublisher } from "../../../../src/services/kafka/publishing/publisher.ts";
import { createKafkaLogReader } from "../../../../src/services/kafka/topics/log-reader.ts";
import { sharedKafka } from "../../../harness/shared.ts";
import { aLog, aName, aTopic, numberedEvents, settingsFor } from "../ground.ts";

const settings = () => settingsFor(sharedKafka().brokers);
const forever = (): AbortSignal => new AbortController().signal;

async function aTopicOf(count: number): Promise<string> {
  const topic = await aTopic(sharedKafka().brokers);
  const publisher = createKafkaPublisher({ settings: settings(), requestTimeoutMs: 15_000, log: aLog() });
  await publisher.publish(numberedEvents(topic, count));
  await publisher.close();
  return topic;
}

async function readAll(topic: string): Promise<readonly ConsumedEvent[]> {
  const events: ConsumedEvent[] = [];
  await createKafkaLogReader(settings()).readAll(topic, (chunk) => void events.push(...chunk), forever());
  return events;
}

test("every event of a topic is read, in the order of each partition", async () => {
  const topic = await aTopicOf(2_500);
  const events = await readAll(topic);
  expect(events).toHaveLength(2_500);
  for (const partition of [0, 1, 2]) {
    const offsets = events
      .filter((event) => event.partition === partition)
      .map(({ offset }) => Number(offset));
    expect(offsets).toEqual([...offsets.keys()]);
  }
});

test("a topic whose beginning has been removed is read from where it begins now", async () => {
  const topic = await aTopicOf(300);
  const admin = new Admin({ clientId: "test", bootstrapBrokers: sharedKafka().brokers.split(",") });
  onTestFinished(() => admin.close());
  const partitions = [0, 1, 2].map((partition) => ({ partition, offset: 20n }));
  await admin.deleteRecords({ topics: [{ name: topic, partitions }] });
  expect(await readAll(topic)).toHaveLength(240);
});

test("an empty topic and one that does not exist hold nothing", async () => {
  expect(await readAll(await aTopic(sharedKafka().brokers))).toEqual([]);
  expect(await readAll(aName("missing"))).toEqual([]);
});

test("what the handler throws comes back as it is", async () => {
  const topic = await aTopicOf(10);
  const failing = createKafkaLogReader(settings()).readAll(
    topic,
    () => {
      throw new RangeError("too much");
    },
    forever(),
  );
  await expect(failing).rejects.toThrow(RangeError);
});

test("reading stops when told to", async () => {
  const topic = await aTopicOf(10);
  const stop = new AbortController();
  const reading = createKafkaLogReader(settings()).readAll(
    topic,
    () => stop.abort(new Error("enough")),
    stop.signal,
  );
  await expect(reading).rejects.toThrow("enough");
});

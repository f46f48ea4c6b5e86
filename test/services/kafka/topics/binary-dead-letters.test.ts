import { expect, test } from "vitest";
import type { ConsumedEvent, Event } from "../../../../src/contract/events/event.ts";
import { deadLetterOf, originalEvent } from "../../../../src/core/recording/dead-letter.ts";
import { createKafkaPublisher } from "../../../../src/services/kafka/publishing/publisher.ts";
import { createKafkaLogReader } from "../../../../src/services/kafka/topics/log-reader.ts";
import { sharedKafka } from "../../../harness/shared.ts";
import { aLog, aTopic, settingsFor } from "../ground.ts";

test("a message whose key and headers are no text comes back from the dead-letter topic byte by byte", async () => {
  const settings = settingsFor(sharedKafka().brokers);
  const [topic, deadTopic] = [await aTopic(sharedKafka().brokers), await aTopic(sharedKafka().brokers)];
  const publisher = createKafkaPublisher({ settings, requestTimeoutMs: 15_000, log: aLog() });
  const publish = async (event: Event): Promise<void> => {
    expect(await publisher.publish([event])).toEqual([{ kind: "acknowledged" }]);
  };
  const newest = async (from: string): Promise<ConsumedEvent> => {
    const events: ConsumedEvent[] = [];
    await createKafkaLogReader(settings).readAll(
      from,
      (chunk) => void events.push(...chunk),
      new AbortController().signal,
    );
    const last = events.at(-1);
    if (last === undefined) throw new Error(`${from} is empty`);
    return last;
  };
  const key = Uint8Array.of(0xff, 0x00, 0x80);
  const traceId = Uint8Array.of(0xc3, 0x28, 0x00);
  const binary = { key, headers: { traceId } };
  await publish({ topic, key: "?", value: null, headers: { traceId: "?", plain: "Zürich" }, binary });

  const died = await newest(topic);
  await publish(deadLetterOf(died, { code: "unreadable", reason: "no value" }, 0, deadTopic));
  const letter = await newest(deadTopic);
  const revived = originalEvent(letter);
  if (revived === null) throw new Error("not a dead letter");
  await publish(revived);
  await publisher.close();

  const events: ConsumedEvent[] = [];
  await createKafkaLogReader(settings).readAll(
    topic,
    (chunk) => void events.push(...chunk),
    new AbortController().signal,
  );
  expect(events).toHaveLength(2);
  // Both in the one partition that the key's bytes lead to.
  expect(new Set(events.map(({ partition }) => partition)).size).toBe(1);
  for (const event of events) {
    expect(bytesOf(event.binary?.key)).toEqual([...key]);
    expect(bytesOf(event.binary?.headers.traceId)).toEqual([...traceId]);
    expect(event.headers.plain).toBe("Zürich");
  }
});

function bytesOf(bytes: Uint8Array | null | undefined): readonly number[] {
  return [...(bytes ?? [])];
}

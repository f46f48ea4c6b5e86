import { expect, test } from "vitest";
import type { ConsumedEvent } from "../../../../src/contract/events/event.ts";
import { PartitionFeed } from "../../../../src/services/kafka/consuming/partition-feed.ts";
import type { PackedEvents } from "../../../../src/services/kafka/protocol/consumed-events.ts";
import { aConsumedEvent } from "../../../harness/consumed-event.ts";

const place = { topic: "topic", partition: 0, topicId: "id" };
const aFeed = (maxEvents = 10, maxWaitMs = 5): PartitionFeed =>
  new PartitionFeed(place, 0n, { maxEvents, maxWaitMs });

function events(count: number, from = 0): readonly ConsumedEvent[] {
  return Array.from({ length: count }, (_, index) => aConsumedEvent({ offset: BigInt(from + index) }));
}

/** One batch, as fetched: it takes as much memory unpacked as it did packed. */
function fetched(count: number, sizeBytes: number, from = 0): readonly PackedEvents[] {
  return [{ sizeBytes, count, unpack: () => ({ events: events(count, from), sizeBytes }) }];
}

const offsets = (batch: Awaited<ReturnType<PartitionFeed["nextBatch"]>>): readonly number[] =>
  (batch?.events ?? []).map(({ offset }) => Number(offset));

test("fetched events come out in batches of at most the limit, in order", async () => {
  const feed = aFeed(4);
  feed.add(fetched(10, 1_000), 10n);
  expect(offsets(await feed.nextBatch())).toEqual([0, 1, 2, 3]);
  expect(offsets(await feed.nextBatch())).toEqual([4, 5, 6, 7]);
  expect(offsets(await feed.nextBatch())).toEqual([8, 9]);
});

test("a waiting handler gets what arrives", async () => {
  const feed = aFeed();
  const batch = feed.nextBatch();
  feed.add(fetched(3, 300), 3n);
  expect(offsets(await batch)).toEqual([0, 1, 2]);
});

test("with twice a batch in store no more is wanted, until a batch is taken", async () => {
  const feed = aFeed(4);
  feed.add(fetched(7, 700), 7n);
  expect(feed.wantsMore).toBe(true);
  feed.add(fetched(1, 100, 7), 8n);
  expect(feed.wantsMore).toBe(false);
  await feed.nextBatch();
  expect(feed.wantsMore).toBe(true);
});

test("few but large events fill it too, and taking them empties it", async () => {
  const feed = aFeed(1000);
  feed.add(fetched(9, 9_000_000), 9n);
  expect(feed.wantsMore).toBe(false);
  expect(feed.bufferedBytes).toBe(9_000_000);
  await feed.nextBatch();
  expect(feed.wantsMore).toBe(true);
  expect(feed.bufferedBytes).toBe(0);
});

test("what counts as handled is what the handler was done with, not what was taken", async () => {
  const feed = aFeed(4);
  feed.add(fetched(8, 800), 8n);
  const batch = await feed.nextBatch();
  expect(feed.handled).toBe(0n);
  expect(feed.position).toBe(8n);
  if (batch !== null) feed.markHandled(batch);
  expect(feed.handled).toBe(4n);
});

test("once stopped it hands over nothing more, though the batch in hand still counts", async () => {
  const feed = aFeed(4);
  feed.add(fetched(8, 800), 8n);
  const batch = await feed.nextBatch();
  feed.stop();
  expect(await feed.nextBatch()).toBeNull();
  expect(feed.signal.aborted).toBe(false);
  if (batch !== null) feed.markHandled(batch);
  expect(feed.handled).toBe(4n);
});

test("abandoned, it tells the handler, wakes whoever waits and takes nothing in", async () => {
  const feed = aFeed();
  const waiting = feed.nextBatch();
  feed.abandon();
  expect(await waiting).toBeNull();
  expect(feed.signal.aborted).toBe(true);
  feed.add(fetched(3, 300), 3n);
  expect(feed.wantsMore).toBe(false);
  expect(feed.position).toBe(0n);
});

test("batches are unpacked only as their events are handed over, and no more of them than the buffer holds", async () => {
  const feed = aFeed(1_000);
  let unpacked = 0;
  const bomb = (offset: number): PackedEvents => ({
    sizeBytes: 1_000,
    count: 1,
    unpack() {
      unpacked += 1;
      return { events: events(1, offset), sizeBytes: 30_000_000 };
    },
  });
  feed.add([bomb(0), bomb(1), bomb(2)], 3n);
  expect(unpacked).toBe(0);
  expect(offsets(await feed.nextBatch())).toEqual([0]);
  expect(unpacked).toBe(1);
  expect(offsets(await feed.nextBatch())).toEqual([1]);
  expect(unpacked).toBe(2);
});

test("what is in the handler's hands counts as held until it is handled", async () => {
  const feed = aFeed(4);
  feed.add(fetched(8, 800), 8n);
  const batch = await feed.nextBatch();
  expect(feed.bufferedBytes).toBe(400);
  expect(feed.heldBytes).toBe(800);
  if (batch !== null) feed.markHandled(batch);
  expect(feed.heldBytes).toBe(400);
});

test("batches without an event left are passed over", async () => {
  const feed = aFeed();
  feed.add([{ sizeBytes: 100, count: 5, unpack: () => ({ events: [], sizeBytes: 100 }) }], 5n);
  const waiting = feed.nextBatch();
  feed.add(fetched(2, 200, 5), 7n);
  const batch = await waiting;
  expect(offsets(batch)).toEqual([5, 6]);
  if (batch !== null) feed.markHandled(batch);
  expect(feed.handled).toBe(7n);
});

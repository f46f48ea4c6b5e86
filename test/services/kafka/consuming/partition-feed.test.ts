import { expect, test } from "vitest";
import type { ConsumedEvent } from "../../../../src/contract/event.ts";
import { PartitionFeed } from "../../../../src/services/kafka/consuming/partition-feed.ts";
import { aConsumedEvent } from "../../../harness/consumed-event.ts";

const place = { topic: "topic", partition: 0, topicId: "id" };
const aFeed = (maxEvents = 10, maxWaitMs = 5): PartitionFeed =>
  new PartitionFeed(place, 0n, { maxEvents, maxWaitMs });

function events(count: number, from = 0): readonly ConsumedEvent[] {
  return Array.from({ length: count }, (_, index) => aConsumedEvent({ offset: BigInt(from + index) }));
}

const offsets = (batch: Awaited<ReturnType<PartitionFeed["nextBatch"]>>): readonly number[] =>
  (batch?.events ?? []).map(({ offset }) => Number(offset));

test("fetched events come out in batches of at most the limit, in order", async () => {
  const feed = aFeed(4);
  feed.add(events(10), 10n, 1_000);
  expect(offsets(await feed.nextBatch())).toEqual([0, 1, 2, 3]);
  expect(offsets(await feed.nextBatch())).toEqual([4, 5, 6, 7]);
  expect(offsets(await feed.nextBatch())).toEqual([8, 9]);
});

test("a waiting handler gets what arrives", async () => {
  const feed = aFeed();
  const batch = feed.nextBatch();
  feed.add(events(3), 3n, 300);
  expect(offsets(await batch)).toEqual([0, 1, 2]);
});

test("with twice a batch in store no more is wanted, until a batch is taken", async () => {
  const feed = aFeed(4);
  feed.add(events(7), 7n, 700);
  expect(feed.wantsMore).toBe(true);
  feed.add(events(1, 7), 8n, 100);
  expect(feed.wantsMore).toBe(false);
  await feed.nextBatch();
  expect(feed.wantsMore).toBe(true);
});

test("few but large events fill it too, and taking them empties it", async () => {
  const feed = aFeed(1000);
  feed.add(events(9), 9n, 9_000_000);
  expect(feed.wantsMore).toBe(false);
  expect(feed.bufferedBytes).toBe(9_000_000);
  await feed.nextBatch();
  expect(feed.wantsMore).toBe(true);
  expect(feed.bufferedBytes).toBe(0);
});

test("what counts as handled is what the handler was done with, not what was taken", async () => {
  const feed = aFeed(4);
  feed.add(events(8), 8n, 800);
  const batch = await feed.nextBatch();
  expect(feed.handled).toBe(0n);
  expect(feed.position).toBe(8n);
  if (batch !== null) feed.markHandled(batch);
  expect(feed.handled).toBe(4n);
});

test("once stopped it hands over nothing more, though the batch in hand still counts", async () => {
  const feed = aFeed(4);
  feed.add(events(8), 8n, 800);
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
  feed.add(events(3), 3n, 300);
  expect(feed.wantsMore).toBe(false);
  expect(feed.position).toBe(0n);
});

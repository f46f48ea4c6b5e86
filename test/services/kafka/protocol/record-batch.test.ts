// Our record batches as the client's own reader sees them.
import { crc32c, Reader, readRecordsBatch } from "@platformatic/kafka";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Event } from "../../../../src/contract/events/event.ts";
import { RecordBatchEncoder } from "../../../../src/services/kafka/protocol/record-batch.ts";

const compressions = ["none", "gzip", "snappy", "lz4", "zstd"] as const;
const origin = { producerId: 2n ** 40n + 7n, producerEpoch: 32_000, timestampMs: Date.UTC(2026, 10, 25) };
const BEHIND_CRC = 21;

async function decoded(encoder: RecordBatchEncoder, events: readonly Event[], indexes = [...events.keys()]) {
  const bytes = await encoder.encode(events, indexes, origin);
  const batch = readRecordsBatch(Reader.from(bytes));
  expect(batch.crc).toBe(crc32c(bytes.subarray(BEHIND_CRC)));
  expect(batch.length).toBe(bytes.length - 12);
  return batch;
}

/** What a record has to hold, its numbers left out. */
const fieldsOf = ({ key, value, headers }: Event) => ({
  key: key === null ? null : Buffer.from(key),
  value: value === null ? null : Buffer.from(value),
  headers: Object.entries(headers).map(([name, text]) => [Buffer.from(name), Buffer.from(text)]),
});

async function expectRoundTrip(encoder: RecordBatchEncoder, events: readonly Event[]): Promise<void> {
  const { records } = await decoded(encoder, events);
  expect(records.map(({ key, value, headers }) => ({ key, value, headers }))).toEqual(events.map(fieldsOf));
  for (const [index, record] of records.entries()) {
    expect(record).toMatchObject({ attributes: 0, timestampDelta: 0n, offsetDelta: index });
  }
}

const text = fc.oneof(
  fc.string({ maxLength: 200 }),
  fc.string({ unit: "binary", maxLength: 100 }),
  fc.constantFrom("", "x".repeat(48), "x".repeat(49), "é".repeat(48), "日本語", "🦊", "x".repeat(10_000)),
);
const anyEvent: fc.Arbitrary<Event> = fc.record({
  topic: fc.constant("topic"),
  key: fc.option(text),
  headers: fc.dictionary(text, text, { maxKeys: 8 }),
  value: fc.option(fc.uint8Array({ maxLength: 2_000 })),
});

test.for(compressions)("compressed by %s, events are read as what they are", async (compression) => {
  const encoder = new RecordBatchEncoder(compression);
  await fc.assert(
    fc.asyncProperty(fc.array(anyEvent, { minLength: 1, maxLength: 40 }), (events) =>
      expectRoundTrip(encoder, events),
    ),
    { numRuns: 60 },
  );
});

test.for(compressions)("compressed by %s, a value of 1 MB stands between small ones", async (compression) => {
  const events = [10, 1_000_000, 0, 62, 63, 64, 8_191, 8_192].map((size) => ({
    topic: "topic",
    key: "k",
    headers: {},
    value: Buffer.alloc(size, "value"),
  }));
  await expectRoundTrip(new RecordBatchEncoder(compression), events);
});

test("a record may have any length around the sizes where its length takes one byte more", async () => {
  const encoder = new RecordBatchEncoder("none");
  for (const around of [64, 8_192, 1_048_576]) {
    for (let size = around - 16; size <= around + 2; size += 1) {
      const event = { topic: "topic", key: null, headers: {}, value: Buffer.alloc(size, "v") };
      await expectRoundTrip(encoder, [event, { ...event, value: null }, event]);
    }
  }
});

test("a batch says who made it and when, and begins its sequence with 0", async () => {
  const events = Array.from({ length: 3 }, () => ({ topic: "topic", key: "k", headers: {}, value: null }));
  expect(await decoded(new RecordBatchEncoder("lz4"), events)).toMatchObject({
    firstOffset: 0n,
    magic: 2,
    attributes: 3,
    lastOffsetDelta: 2,
    firstTimestamp: BigInt(origin.timestampMs),
    maxTimestamp: BigInt(origin.timestampMs),
    producerId: origin.producerId,
    producerEpoch: origin.producerEpoch,
    firstSequence: 0,
  });
});

test("only the events at the given positions are in it, in that order", async () => {
  const events = ["a", "b", "c", "d"].map((key) => ({ topic: "topic", key, headers: {}, value: null }));
  const { records } = await decoded(new RecordBatchEncoder("none"), events, [3, 1]);
  expect(records.map(({ key }) => String(key))).toEqual(["d", "b"]);
});

test("half of a surrogate pair becomes what Node makes of it", async () => {
  const event = { topic: "topic", key: "\ud83e", headers: { "a\udd8a": "\ud83e".repeat(60) }, value: null };
  await expectRoundTrip(new RecordBatchEncoder("none"), [event]);
});

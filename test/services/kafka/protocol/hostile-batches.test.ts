// Whatever bytes a broker sends: nothing throws, nothing is skipped silently, memory stays bounded.
import zlib from "node:zlib";
import { crc32c, createRecordsBatch, IS_CONTROL, IS_TRANSACTIONAL } from "@platformatic/kafka";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { ConsumedEvent } from "../../../../src/contract/events/event.ts";
import { compress } from "../../../../src/services/kafka/client-adapters/wire.ts";
import { readPartition } from "../../../../src/services/kafka/protocol/consumed-events.ts";
import { UNPACKED_BATCH_BYTES } from "../../../../src/services/kafka/protocol/fetched-batch.ts";
import { unpacked } from "../../../../src/services/kafka/protocol/unpacking.ts";

const AT = {
  length: 8,
  magic: 16,
  crc: 17,
  attributes: 21,
  lastOffsetDelta: 23,
  firstTimestamp: 27,
  count: 57,
  records: 61,
};

/** A batch around these bytes as its records, its checksum right. */
function aBatch(
  records: Buffer,
  given: {
    attributes?: number;
    count?: number;
    lastOffsetDelta?: number;
    firstOffset?: bigint;
    firstTimestamp?: bigint;
  } = {},
): Buffer {
  const count = given.count ?? 1;
  const bytes = Buffer.concat([Buffer.alloc(AT.records), records]);
  bytes.writeBigInt64BE(given.firstOffset ?? 0n, 0);
  bytes.writeInt32BE(bytes.length - 12, AT.length);
  bytes.writeInt8(2, AT.magic);
  bytes.writeInt16BE(given.attributes ?? 0, AT.attributes);
  bytes.writeInt32BE(given.lastOffsetDelta ?? Math.max(0, count - 1), AT.lastOffsetDelta);
  bytes.writeBigInt64BE(given.firstTimestamp ?? 1_000n, AT.firstTimestamp);
  bytes.writeInt32BE(count, AT.count);
  bytes.writeUInt32BE(crc32c(bytes.subarray(AT.attributes)), AT.crc);
  return bytes;
}

function read(
  records: Buffer,
  fromOffset = 0n,
  abortedTransactions: { producerId: bigint; firstOffset: bigint }[] = [],
) {
  const partition = { topic: "topic", partition: 3, errorCode: 0, abortedTransactions, records };
  const { batches, ...rest } = readPartition(partition, fromOffset);
  return { ...rest, events: batches.flatMap((batch) => batch.unpack().events) };
}

/** Asks for all that an event has, as a recorder or a dead letter does. */
function askAll(event: ConsumedEvent): void {
  expect(new Date(event.timestampMs).toISOString()).toMatch(/Z$/);
  expect(typeof event.offset).toBe("bigint");
  expect(event.key === null || typeof event.key === "string").toBe(true);
  expect(Object.values(event.headers).every((value) => typeof value === "string")).toBe(true);
  event.header("ce_type");
  event.value?.byteLength;
}

const valid = (count: number): Buffer =>
  Buffer.from(
    createRecordsBatch(
      Array.from({ length: count }, (_, index) => ({
        topic: "topic",
        key: Buffer.from(`key ${index}`),
        value: Buffer.from(`value ${index}`),
        headers: new Map([[Buffer.from("ce_type"), Buffer.from("x")]]),
        timestamp: 1_000n,
      })),
      { producerId: -1n },
    ).buffer,
  );

test("any bytes at all are read without an error", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      for (const event of read(Buffer.from(bytes)).events) askAll(event);
    }),
    { numRuns: 2_000 },
  );
});

test("any records in a batch whose checksum is right are read without an error, and every byte comes out somewhere", () => {
  const anyBatch = fc.record({
    records: fc.uint8Array({ maxLength: 300 }),
    attributes: fc.integer({ min: -32_768, max: 32_767 }),
    count: fc.oneof(fc.integer({ min: -5, max: 40 }), fc.integer()),
    lastOffsetDelta: fc.oneof(fc.integer({ min: 0, max: 60 }), fc.integer()),
    firstOffset: fc.bigInt({ min: -10n, max: 1n << 62n }),
    firstTimestamp: fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n }),
  });
  fc.assert(
    fc.property(anyBatch, fc.bigInt({ min: 0n, max: 20n }), ({ records, ...given }, fromOffset) => {
      const { events, nextOffset, corrupt } = read(aBatch(Buffer.from(records), given), fromOffset);
      for (const event of events) askAll(event);
      expect(nextOffset === null ? corrupt : nextOffset).not.toBeNull();
      if (nextOffset !== null) expect(nextOffset).toBeGreaterThan(fromOffset);
      const offsets = events.map(({ offset }) => offset);
      expect(offsets).toEqual(offsets.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0)));
      for (const offset of offsets) expect(offset < (nextOffset ?? 0n)).toBe(true);
    }),
    { numRuns: 3_000 },
  );
});

test("a batch with any byte of it changed is read without an error, also where the checksum is made right again", () => {
  const original = valid(5);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(original.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
      fc.boolean(),
      (changes, mend) => {
        const bytes = Buffer.from(original);
        for (const [at, value] of changes) bytes[at] = value;
        if (mend) bytes.writeUInt32BE(crc32c(bytes.subarray(AT.attributes)), AT.crc);
        for (const event of read(bytes).events) askAll(event);
      },
    ),
    { numRuns: 3_000 },
  );
});

test.each([1, 2, 3, 4])(
  "any bytes as compression %i are unpacked or refused, within the limit",
  (compression) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          expect(unpacked(Buffer.from(bytes), compression, 10_000).length).toBeLessThanOrEqual(10_000);
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
        }
      }),
      { numRuns: 1_000 },
    );
  },
);

test.each(["gzip", "snappy", "lz4", "zstd"] as const)(
  "a packed batch with any byte changed, by %s, is unpacked or refused",
  async (compression) => {
    const original = await compress(Buffer.from("again and again ".repeat(200)), compression);
    const number = { gzip: 1, snappy: 2, lz4: 3, zstd: 4 }[compression];
    fc.assert(
      fc.property(fc.nat(original.length - 1), fc.nat(255), (at, value) => {
        const bytes = Buffer.from(original);
        bytes[at] = value;
        try {
          // A block of LZ4 can go a little beyond what its frame was counted as.
          expect(unpacked(bytes, number, 100_000).length).toBeLessThanOrEqual(200_000);
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
        }
      }),
      { numRuns: 1_000 },
    );
  },
);

test.each([
  { name: "gzip", attributes: 1, bomb: () => zlib.gzipSync(Buffer.alloc(UNPACKED_BATCH_BYTES + 1)) },
  { name: "zstd", attributes: 4, bomb: () => zlib.zstdCompressSync(Buffer.alloc(UNPACKED_BATCH_BYTES + 1)) },
  { name: "snappy", attributes: 2, bomb: () => compress(Buffer.alloc(UNPACKED_BATCH_BYTES + 1), "snappy") },
  { name: "lz4", attributes: 3, bomb: () => compress(Buffer.alloc(UNPACKED_BATCH_BYTES + (5 << 20)), "lz4") },
])(
  "a batch that unpacks to more than the limit, by $name, becomes one event with the reason",
  async ({ attributes, bomb }) => {
    const packed = await bomb();
    const { events, nextOffset } = read(aBatch(packed, { attributes, count: 7, firstOffset: 10n }), 10n);
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ topic: "topic", partition: 3, offset: 16n, key: null, headers: {} });
    expect(events[0]?.unreadable).toMatch(
      /offsets 10 to 16 can't be unpacked: its records unpack to more than/,
    );
    expect(events[0]?.value).toEqual(packed);
    expect(nextOffset).toBe(17n);
  },
);

test("what says it is small and is not, is not unpacked beyond the limit", async () => {
  const packed = await compress(Buffer.alloc(9_000_000, "x"), "lz4");
  expect(() => unpacked(packed, 3, 100_000)).toThrow(/more than 100000 bytes/);
  const snappy = await compress(Buffer.alloc(1_000_000, "x"), "snappy");
  expect(() => unpacked(snappy, 2, 100_000)).toThrow(/more than 100000 bytes/);
});

test("a malformed record among good ones is an event with the reason, and the others are read", () => {
  const bytes = valid(3);
  // The second record's offset delta: behind its length, its attributes and its time.
  const second = AT.records + 1 + bytes.readUInt8(AT.records) / 2;
  bytes.writeUInt8(2 * 60, second + 3);
  bytes.writeUInt32BE(crc32c(bytes.subarray(AT.attributes)), AT.crc);
  const { events } = read(bytes);
  expect(events.map(({ offset }) => Number(offset))).toEqual([0, 1, 2]);
  expect(events.map(({ unreadable }) => unreadable !== undefined)).toEqual([false, true, false]);
  expect(events[1]?.unreadable).toMatch(/malformed: it claims the place 60 in its batch/);
});

test("a batch that counts fewer records than it holds hands over the rest as unreadable", () => {
  const bytes = valid(3);
  bytes.writeInt32BE(1, AT.count);
  bytes.writeUInt32BE(crc32c(bytes.subarray(AT.attributes)), AT.crc);
  const { events, nextOffset } = read(bytes);
  expect(events.map(({ offset }) => Number(offset))).toEqual([0, 2]);
  expect(events[1]?.unreadable).toMatch(/its batch does not count it/);
  expect(nextOffset).toBe(3n);
});

test("the good batches in front of a corrupt one are read", () => {
  const corrupt = aBatch(Buffer.alloc(20), { firstOffset: 3n });
  corrupt.writeUInt8(99, corrupt.length - 1);
  const found = read(Buffer.concat([valid(3), corrupt]));
  expect(found.events).toHaveLength(3);
  expect(found.nextOffset).toBe(3n);
  expect(found.corrupt?.message).toBe("the batch at offset 3 does not match its checksum");
});

test("a control batch that compaction has emptied is passed over", () => {
  const marker = aBatch(Buffer.alloc(0), { attributes: IS_CONTROL | IS_TRANSACTIONAL, count: 0 });
  expect(read(marker)).toMatchObject({ events: [], nextOffset: 1n, corrupt: null });
});

test("a header named __proto__ is a header", () => {
  const bytes = Buffer.from(
    createRecordsBatch(
      [
        {
          topic: "t",
          value: Buffer.from("v"),
          timestamp: 1n,
          headers: new Map([[Buffer.from("__proto__"), Buffer.from("x")]]),
        },
      ],
      { producerId: -1n },
    ).buffer,
  );
  expect(Object.entries(read(bytes).events[0]?.headers ?? {})).toEqual([["__proto__", "x"]]);
});

import {
  crc32c,
  createRecordsBatch,
  IS_CONTROL,
  IS_TRANSACTIONAL,
  type MessageRecord,
} from "@platformatic/kafka";
import { expect, test } from "vitest";
import type { ConsumedEvent } from "../../../../src/contract/events/event.ts";
import { readPartition } from "../../../../src/services/kafka/protocol/consumed-events.ts";
import type {
  AbortedTransaction,
  FetchedPartition,
} from "../../../../src/services/kafka/protocol/fetch-format.ts";
import { CorruptBatchError } from "../../../../src/services/kafka/protocol/fetched-batch.ts";
import { RecordReader } from "../../../../src/services/kafka/protocol/record-reader.ts";

const LOG_APPEND_TIME = 8;
const CRC_AT = 17;
const ATTRIBUTES_AT = 21;
const LAST_OFFSET_DELTA_AT = 23;

interface BatchChanges {
  readonly attributes?: number;
  readonly lastOffsetDelta?: number;
  readonly producerId?: bigint;
  readonly compression?: "gzip" | "snappy" | "lz4" | "zstd";
}

/** As the client's own writer makes it, with what a broker or a transaction changes in it. */
function aBatch(
  firstOffset: number,
  messages: readonly Omit<MessageRecord, "topic">[],
  { attributes = 0, lastOffsetDelta, producerId = -1n, compression }: BatchChanges = {},
): Buffer {
  const records = messages.map((message) => ({ topic: "topic", timestamp: 1_000n, ...message }));
  const options = { producerId, ...(compression === undefined ? {} : { compression }) };
  const bytes = Buffer.from(createRecordsBatch(records, options).buffer);
  bytes.writeBigInt64BE(BigInt(firstOffset), 0);
  bytes.writeInt16BE(bytes.readInt16BE(ATTRIBUTES_AT) | attributes, ATTRIBUTES_AT);
  if (lastOffsetDelta !== undefined) bytes.writeInt32BE(lastOffsetDelta, LAST_OFFSET_DELTA_AT);
  bytes.writeUInt32BE(crc32c(bytes.subarray(ATTRIBUTES_AT)), CRC_AT);
  return bytes;
}

const v = { value: Buffer.from("v") };

function fetched(
  batches: readonly Buffer[],
  abortedTransactions: readonly AbortedTransaction[] = [],
): FetchedPartition {
  return { topic: "topic", partition: 3, errorCode: 0, abortedTransactions, records: Buffer.concat(batches) };
}

const written = (firstOffset: number, producerId: bigint, count = 1): Buffer =>
  aBatch(
    firstOffset,
    Array.from({ length: count }, () => v),
    { producerId, attributes: IS_TRANSACTIONAL },
  );
const ended = (firstOffset: number, producerId: bigint, outcome: "commit" | "abort"): Buffer =>
  aBatch(firstOffset, [{ ...v, key: Buffer.from([0, 0, 0, outcome === "commit" ? 1 : 0]) }], {
    producerId,
    attributes: IS_TRANSACTIONAL | IS_CONTROL,
  });
/** What of a partition can be read, unpacked. */
function decodePartition(partition: FetchedPartition, from: bigint) {
  const { batches, nextOffset, corrupt } = readPartition(partition, from);
  if (corrupt !== null) throw corrupt;
  return { events: batches.flatMap((batch) => batch.unpack().events), nextOffset };
}
const eventsOf = (partition: FetchedPartition, from = 0n): readonly ConsumedEvent[] =>
  decodePartition(partition, from).events;
const offsets = (partition: FetchedPartition, from = 0n): readonly number[] =>
  eventsOf(partition, from).map(({ offset }) => Number(offset));

test("an event carries what its record and its batch say of it", () => {
  const messages = [
    v,
    {
      ...v,
      key: Buffer.from("ключ"),
      timestamp: 1_700n,
      headers: new Map([
        [Buffer.from("a"), Buffer.from("1")],
        [Buffer.from("ä"), Buffer.from("ö")],
      ]),
    },
  ];
  const { events, nextOffset } = decodePartition(fetched([aBatch(10, messages, { lastOffsetDelta: 4 })]), 0n);
  const [plain, full] = events;
  expect(full).toMatchObject({
    topic: "topic",
    partition: 3,
    offset: 11n,
    key: "ключ",
    headers: { a: "1", ä: "ö" },
    value: Buffer.from("v"),
    timestampMs: 1_700,
  });
  expect(full?.header("a")).toBe("1");
  expect(full?.header("b")).toBeUndefined();
  expect(plain).toMatchObject({ offset: 10n, key: null, headers: {}, timestampMs: 1_000 });
  // Compaction may have taken a batch's last records: the next fetch goes on behind where they were.
  expect(nextOffset).toBe(15n);
});

test.each(["gzip", "snappy", "lz4", "zstd"] as const)("a batch packed with %s is unpacked", (compression) => {
  const messages = Array.from({ length: 200 }, (_, index) => ({
    key: Buffer.from(`k${index}`),
    value: Buffer.from(JSON.stringify({ index, text: "again and again ".repeat(index) })),
  }));
  const events = eventsOf(fetched([aBatch(5, messages, { compression })]));
  expect(events.map(({ key }) => key)).toEqual(messages.map(({ key }) => key.toString()));
  expect(events.map(({ value }) => value)).toEqual(messages.map(({ value }) => value));
});

test("a tombstone has no value", () => {
  // Minus one, as a length, stands for nothing.
  expect(new RecordReader(Buffer.of(1), 0).bytes()).toBeNull();
});

test("a topic that stamps events itself gives all of a batch its one stamp", () => {
  const batch = aBatch(0, [v, { ...v, timestamp: 5_000n }], { attributes: LOG_APPEND_TIME });
  expect(eventsOf(fetched([batch])).map(({ timestampMs }) => timestampMs)).toEqual([5_000, 5_000]);
});

test("a batch that begins before the offset asked for gives only what was asked for", () => {
  expect(offsets(fetched([aBatch(10, [v, v, v])]), 11n)).toEqual([11, 12]);
});

test("a batch that the broker has cut off is left for the next fetch", () => {
  const cutOff = aBatch(2, [v]).subarray(0, 40);
  const decoded = decodePartition(fetched([aBatch(0, [v, v]), cutOff]), 0n);
  expect(decoded.events).toHaveLength(2);
  expect(decoded.nextOffset).toBe(2n);
});

test("bytes that changed on their way are noticed", () => {
  const bytes = aBatch(0, [{ value: Buffer.from("value") }]);
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 3) ^ 1, bytes.length - 3);
  expect(() => eventsOf(fetched([bytes]))).toThrow(CorruptBatchError);
});

test("without records there is nothing, and no next offset", () => {
  expect(decodePartition({ ...fetched([]), records: null }, 5n)).toEqual({
    events: [],
    nextOffset: null,
  });
});

test("an aborted transaction whose end comes in a later fetch is left out all the same", () => {
  const partition = fetched(
    [written(0, 1n), written(1, 2n, 2), written(3, 1n)],
    [{ producerId: 2n, firstOffset: 1n }],
  );
  expect(offsets(partition)).toEqual([0, 3]);
  expect(decodePartition(partition, 0n).nextOffset).toBe(4n);
});

test("after an abort the same producer's next transaction counts again", () => {
  const partition = fetched(
    [written(0, 1n), ended(1, 1n, "abort"), written(2, 1n), ended(3, 1n, "commit"), written(4, 1n)],
    [
      { producerId: 1n, firstOffset: 0n },
      { producerId: 1n, firstOffset: 4n },
    ],
  );
  expect(offsets(partition)).toEqual([2]);
  expect(decodePartition(partition, 0n).nextOffset).toBe(5n);
});

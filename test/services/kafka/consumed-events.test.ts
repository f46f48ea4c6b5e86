import type { fetchV17, KafkaRecord, RecordsBatch } from "@platformatic/kafka";
import { IS_CONTROL, IS_TRANSACTIONAL } from "@platformatic/kafka";
import { expect, test } from "vitest";
import { decodePartition } from "../../../src/services/kafka/consumed-events.ts";

const LOG_APPEND_TIME = 8;

function aRecord(offsetDelta: number, given: Partial<KafkaRecord> = {}): KafkaRecord {
  return {
    length: 10,
    attributes: 0,
    timestampDelta: 0n,
    offsetDelta,
    key: null,
    value: Buffer.from("v"),
    headers: [],
    ...given,
  };
}

function aBatch(
  firstOffset: number,
  records: readonly KafkaRecord[],
  given: Partial<RecordsBatch> = {},
): RecordsBatch {
  return {
    firstOffset: BigInt(firstOffset),
    length: 100,
    partitionLeaderEpoch: 0,
    magic: 2,
    crc: 0,
    attributes: 0,
    lastOffsetDelta: records.length - 1,
    firstTimestamp: 1_000n,
    maxTimestamp: 5_000n,
    producerId: -1n,
    producerEpoch: -1,
    firstSequence: -1,
    records: [...records],
    ...given,
  };
}

function aResponse(
  records: readonly RecordsBatch[],
  abortedTransactions: fetchV17.FetchResponsePartition["abortedTransactions"] = null,
): fetchV17.FetchResponsePartition {
  return {
    partitionIndex: 3,
    errorCode: 0,
    highWatermark: 0n,
    lastStableOffset: 0n,
    logStartOffset: 0n,
    abortedTransactions,
    preferredReadReplica: -1,
    records: [...records],
  };
}

const written = (firstOffset: number, producerId: bigint, count = 1): RecordsBatch =>
  aBatch(
    firstOffset,
    Array.from({ length: count }, (_, delta) => aRecord(delta)),
    {
      producerId,
      attributes: IS_TRANSACTIONAL,
    },
  );
const ended = (firstOffset: number, producerId: bigint, outcome: "commit" | "abort"): RecordsBatch =>
  aBatch(firstOffset, [aRecord(0, { key: Buffer.from([0, 0, 0, outcome === "commit" ? 1 : 0]) })], {
    producerId,
    attributes: IS_TRANSACTIONAL | IS_CONTROL,
  });
const offsets = (response: fetchV17.FetchResponsePartition, from = 0n): readonly number[] =>
  decodePartition("topic", response, from).events.map(({ offset }) => Number(offset));

test("an event carries what its record and its batch say of it", () => {
  const record = aRecord(2, {
    key: Buffer.from("k"),
    timestampDelta: 7n,
    headers: [
      [Buffer.from("a"), Buffer.from("1")],
      [Buffer.from("b"), null],
    ],
  });
  const { events, nextOffset } = decodePartition(
    "topic",
    aResponse([aBatch(10, [record], { lastOffsetDelta: 4 })]),
    0n,
  );
  expect(events).toEqual([
    {
      topic: "topic",
      partition: 3,
      offset: 12n,
      key: "k",
      headers: { a: "1", b: "" },
      value: Buffer.from("v"),
      timestampMs: 1_007,
    },
  ]);
  // Compaction may have taken a batch's last records: the next fetch goes on behind where they were.
  expect(nextOffset).toBe(15n);
});

test("a topic that stamps events itself gives all of a batch its one stamp", () => {
  const batch = aBatch(0, [aRecord(0, { timestampDelta: 7n })], { attributes: LOG_APPEND_TIME });
  expect(decodePartition("topic", aResponse([batch]), 0n).events[0]?.timestampMs).toBe(5_000);
});

test("a batch that begins before the offset asked for gives only what was asked for", () => {
  expect(offsets(aResponse([aBatch(10, [aRecord(0), aRecord(1), aRecord(2)])]), 11n)).toEqual([11, 12]);
});

test("without records there is nothing, and no next offset", () => {
  expect(decodePartition("topic", { ...aResponse([]), records: null }, 5n)).toEqual({
    events: [],
    nextOffset: null,
    sizeBytes: 0,
  });
});

test("an aborted transaction whose end comes in a later fetch is left out all the same", () => {
  const response = aResponse(
    [written(0, 1n), written(1, 2n, 2), written(3, 1n)],
    [{ producerId: 2n, firstOffset: 1n }],
  );
  expect(offsets(response)).toEqual([0, 3]);
  expect(decodePartition("topic", response, 0n).nextOffset).toBe(4n);
});

test("after an abort the same producer's next transaction counts again", () => {
  const response = aResponse(
    [written(0, 1n), ended(1, 1n, "abort"), written(2, 1n), ended(3, 1n, "commit"), written(4, 1n)],
    [
      { producerId: 1n, firstOffset: 0n },
      { producerId: 1n, firstOffset: 4n },
    ],
  );
  expect(offsets(response)).toEqual([2]);
  expect(decodePartition("topic", response, 0n).nextOffset).toBe(5n);
});

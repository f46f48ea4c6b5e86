import zlib from "node:zlib";
import { expect, test } from "vitest";
import {
  COMPRESSION_NUMBERS,
  compress,
  crc32c,
  decompressLz4,
  decompressSnappy,
  errorNameOf,
  RECORD_BATCH_VERSION,
  Reader,
  Writer,
} from "../../../../src/services/kafka/client-adapters/wire.ts";

test("the writer writes the protocol's types, big-endian, compact where asked", () => {
  const { buffer } = Writer.create()
    .appendInt8(-2)
    .appendInt16(258)
    .appendInt32(-1)
    .appendInt64(1n)
    .appendString("ö")
    .appendString("a", false)
    .appendString(null)
    .appendUUID("00112233-4455-6677-8899-aabbccddeeff")
    .appendArray([7], (writer, entry) => writer.appendInt8(entry))
    .appendArray([7], (writer, entry) => writer.appendInt8(entry), false, false)
    .appendBytes(Buffer.from("b"))
    .appendTaggedFields();
  expect(buffer.toString("hex")).toBe(
    [
      "fe",
      "0102",
      "ffffffff",
      "0000000000000001",
      "03c3b6",
      "000161",
      "00",
      "00112233445566778899aabbccddeeff",
      "020700",
      "0000000107",
      "0262",
      "00",
    ].join(""),
  );
});

test("the reader reads what the writer writes, and nothing behind the end", () => {
  const reader = Reader.from(
    Writer.create()
      .appendInt16(-3)
      .appendInt64(9n)
      .appendString("größe")
      .appendUUID("00112233-4455-6677-8899-aabbccddeeff")
      .appendArray([1, 2], (writer, entry) => writer.appendInt32(entry))
      .appendBytes(Buffer.from("bytes")).buffer,
  );
  expect(reader.readInt16()).toBe(-3);
  expect(reader.readInt64()).toBe(9n);
  expect(reader.readString()).toBe("größe");
  expect(reader.readUUID()).toBe("00112233-4455-6677-8899-aabbccddeeff");
  expect(reader.readArray((entry) => entry.readInt32())).toEqual([1, 2]);
  expect(reader.readNullableBytes()).toEqual(Buffer.from("bytes"));
  expect(() => reader.readInt32()).toThrow();
});

test("the checksum is CRC-32C (RFC 3720, B.4)", () => {
  expect(crc32c(Buffer.alloc(32))).toBe(0x8a9136aa);
  expect(crc32c(Buffer.from("123456789"))).toBe(0xe3069283);
});

test("records are compressed as other clients read them", async () => {
  const text = Buffer.from("again and again ".repeat(100));
  expect(zlib.gunzipSync(await compress(text, "gzip"))).toEqual(text);
  expect(zlib.zstdDecompressSync(await compress(text, "zstd"))).toEqual(text);
  expect(decompressSnappy(await compress(text, "snappy"))).toEqual(text);
  expect(decompressLz4(await compress(text, "lz4"))).toEqual(text);
  expect(await compress(text, "none")).toEqual(text);
  expect(COMPRESSION_NUMBERS).toEqual({ none: 0, gzip: 1, snappy: 2, lz4: 3, zstd: 4 });
  expect(RECORD_BATCH_VERSION).toBe(2);
});

test("bytes that are not compressed are an error, and the next decompression works", async () => {
  const text = Buffer.from("again and again ".repeat(100));
  const packed = { snappy: await compress(text, "snappy"), lz4: await compress(text, "lz4") };
  for (let round = 0; round < 50; round += 1) {
    expect(() => decompressSnappy(Buffer.from("no snappy at all"))).toThrow();
    expect(() => decompressLz4(Buffer.from("no lz4 at all"))).toThrow();
  }
  expect(decompressSnappy(packed.snappy)).toEqual(text);
  expect(decompressLz4(packed.lz4)).toEqual(text);
});

test("error codes have the protocol's names; one that the client does not know has none", () => {
  expect([0, 1, 3, 6, 45, 100].map(errorNameOf)).toEqual([
    "NONE",
    "OFFSET_OUT_OF_RANGE",
    "UNKNOWN_TOPIC_OR_PARTITION",
    "NOT_LEADER_OR_FOLLOWER",
    "OUT_OF_ORDER_SEQUENCE_NUMBER",
    "UNKNOWN_TOPIC_ID",
  ]);
  expect(errorNameOf(31_999)).toBeNull();
});

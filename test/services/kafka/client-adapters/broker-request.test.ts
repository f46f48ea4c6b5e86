import { expect, test } from "vitest";
import {
  negotiatedVersion,
  sendRequest,
} from "../../../../src/services/kafka/client-adapters/broker-request.ts";
import { Writer } from "../../../../src/services/kafka/client-adapters/wire.ts";
import { FETCH } from "../../../../src/services/kafka/protocol/fetch-format.ts";
import { PRODUCE } from "../../../../src/services/kafka/protocol/produce-format.ts";
import { aConnection } from "./a-client.ts";

/** ApiVersions, version 0: no body; an error code and the ranges come back. */
const API_VERSIONS = { name: "ApiVersions", key: 18, oldest: 0, newest: 0, taggedSince: 3 };

test("a broker that speaks newer versions than are encoded here gets the newest that is", async () => {
  const connection = await aConnection();
  expect(await negotiatedVersion(connection, { ...FETCH, newest: 13 })).toBe(13);
  expect(await negotiatedVersion(connection, { ...PRODUCE, newest: 9 })).toBe(9);
});

test("a broker that is older than what is encoded here gets its own newest", async () => {
  const connection = await aConnection();
  const newest = await negotiatedVersion(connection, { ...FETCH, newest: 10_000 });
  expect(newest).toBeGreaterThanOrEqual(12);
  expect(newest).toBeLessThan(10_000);
});

test("no version in common is an error that says which ones each side speaks", async () => {
  const connection = await aConnection();
  await expect(negotiatedVersion(connection, { ...FETCH, oldest: 900, newest: 901 })).rejects.toThrow(
    /speaks Fetch in versions \d+ to \d+, Sitewire in versions 900 to 901/,
  );
  await expect(negotiatedVersion(connection, { ...FETCH, key: 9_999 })).rejects.toThrow(/Fetch not at all/);
});

test("an answer is handed over from the first byte behind its header", async () => {
  const answer = await sendRequest(
    await aConnection(),
    API_VERSIONS,
    0,
    () => Writer.create(),
    (reader) => ({
      errorCode: reader.readInt16(),
      ranges: reader.readInt32(),
    }),
  );
  expect(answer.errorCode).toBe(0);
  expect(answer.ranges).toBeGreaterThan(20);
});

test("an answer that can't be read rejects its own request, and the connection goes on", async () => {
  const connection = await aConnection();
  const send = <T>(read: () => T) => sendRequest(connection, API_VERSIONS, 0, () => Writer.create(), read);
  await expect(
    send(() => {
      throw new RangeError("not what was expected");
    }),
  ).rejects.toThrow("not what was expected");
  expect(await send(() => "read")).toBe("read");
});

test("a request that can't be written is rejected, and the connection goes on", async () => {
  const connection = await aConnection();
  const send = (write: () => Writer) => sendRequest(connection, API_VERSIONS, 0, write, () => "answered");
  await expect(
    send(() => {
      throw new RangeError("not encoded");
    }),
  ).rejects.toThrow("not encoded");
  expect(await send(() => Writer.create())).toBe("answered");
});

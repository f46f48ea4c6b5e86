import { describe, expect, test } from "vitest";
import { readCheckResult, UnreadableEventError } from "../../../src/contract/checks/read-check-result.ts";
import { checkResultEvent } from "../../../src/contract/events/cloud-events.ts";
import { aConsumedEvent } from "../../harness/consumed-event.ts";
import { aResult } from "../a-result.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("a check result as a CloudEvent", () => {
  test("carries its identity as the event's id and its site as the key", () => {
    const result = aResult();
    const event = checkResultEvent(result);
    expect(event.topic).toBe("sitewire.checks");
    expect(event.key).toBe(result.siteId);
    expect(event.headers).toMatchObject({
      ce_specversion: "1.0",
      ce_type: "dev.sitewire.check.v1",
      ce_source: "/sitewire/monitor/local",
      ce_id: `${result.siteId}/local/2026-11-24T12:00:00.000Z`,
      ce_time: result.checkedAt,
      "content-type": "application/json",
    });
  });

  test("comes back as it went", () => {
    expect(readCheckResult(aConsumedEvent(checkResultEvent(aResult())))).toEqual(aResult());
  });

  test("is understood from a plain producer that sets no headers", () => {
    expect(readCheckResult(aConsumedEvent({ value: bytes(JSON.stringify(aResult())) }))).toEqual(aResult());
  });

  test("may carry fields of a later minor version, which are left out", () => {
    const value = bytes(JSON.stringify({ ...aResult(), invented: 1 }));
    expect(readCheckResult(aConsumedEvent({ value }))).toEqual(aResult());
  });

  test.each([
    ["a newer major version", { ce_type: "dev.sitewire.check.v2" }, bytes("{}"), /version 2 .* newer than 1/],
    ["another type", { ce_type: "com.example.order" }, bytes("{}"), /com\.example\.order is not/],
    ["no value", {}, null, /no value/],
    ["text that is not JSON", {}, bytes("hello"), /not JSON/],
    ["bytes that are not UTF-8", {}, Uint8Array.of(0x22, 0xff, 0x22), /not JSON in UTF-8/],
    ["a wrong field", {}, bytes(JSON.stringify({ ...aResult(), verdict: "fine" })), /verdict: /],
    [
      "a NUL that PostgreSQL can't store",
      {},
      bytes(JSON.stringify(aResult({ location: "a\u0000b" }))),
      /location: .*U\+0000/,
    ],
  ])("is refused with its reason when it holds %s", (_what, headers, value, reason) => {
    const event = aConsumedEvent({ headers, value });
    expect(() => readCheckResult(event)).toThrow(UnreadableEventError);
    expect(() => readCheckResult(event)).toThrow(reason);
  });
});

import { describe, expect, test } from "vitest";
import { checkResultSchema } from "../../../src/contract/checks/check-result.ts";
import { UnreadableEventError } from "../../../src/contract/checks/read-check-result.ts";
import { readOriginalMessage } from "../../../src/core/recording/original-message.ts";
import { aConsumedEvent } from "../../harness/consumed-event.ts";

function anOriginalMessage(data: object) {
  return aConsumedEvent({
    topic: "site-monitor",
    timestampMs: Date.parse("2026-01-02T03:04:05Z"),
    key: '{"site_id": "https://example.org/"}',
    value: new TextEncoder().encode(JSON.stringify({ data })),
  });
}

const full = {
  site_id: "https://example.org/",
  status_code: 200,
  response_time: 0.25,
  has_regexp: true,
  created: "2026-01-01 10:00:00.123456",
  modified: "2026-01-01 10:00:00.123456",
  comments: "fine",
};

describe("a message of the original system", () => {
  test("becomes a valid result in milliseconds and UTC", () => {
    const result = readOriginalMessage(anOriginalMessage(full));
    expect(checkResultSchema.parse(result)).toEqual(result);
    expect(result).toMatchObject({
      url: "https://example.org/",
      location: "original",
      slot: "2026-01-01T10:00:00.123Z",
      verdict: "up",
      statusCode: 200,
      responseTimeMs: 250,
      regexpMatched: true,
    });
  });

  test("is down when the status or the pattern says so", () => {
    expect(readOriginalMessage(anOriginalMessage({ ...full, status_code: 503 })).verdict).toBe("down");
    expect(readOriginalMessage(anOriginalMessage({ ...full, has_regexp: false })).verdict).toBe("down");
  });

  test("without a time stands at the time of its record, so that reading it twice is reading it once", () => {
    const result = readOriginalMessage(anOriginalMessage({ ...full, created: null }));
    expect(result.slot).toBe("2026-01-02T03:04:05.000Z");
  });

  test("with a site that is a number keeps it as the site's name", () => {
    const result = readOriginalMessage(anOriginalMessage({ ...full, site_id: 12 }));
    expect(checkResultSchema.parse(result).siteName).toBe("12");
  });

  test.each([
    ["with half of a surrogate pair as its site", { site_id: "\ud800" }, /data\.site_id: .*surrogate/],
    [
      "with a name of 300 characters",
      { site_id: "n".repeat(300) },
      /data\.site_id: .*200 characters, this one 300/,
    ],
    ["created in nanoseconds", { created: 1.7e18 }, /data\.created: 1700000000000000000 is neither/],
    ["created in the year 33658", { created: 1e15 }, /slot/],
    ["with a response time of 1e306 seconds", { response_time: 1e306 }, /responseTimeMs/],
  ])("%s is refused with what is wrong", (_what, given, reason) => {
    expect(() => readOriginalMessage(anOriginalMessage({ ...full, ...given }))).toThrow(UnreadableEventError);
    expect(() => readOriginalMessage(anOriginalMessage({ ...full, ...given }))).toThrow(reason);
  });

  test("about a URL of 300 characters is about that URL", () => {
    const url = `https://example.org/${"p".repeat(280)}`;
    const result = readOriginalMessage(anOriginalMessage({ ...full, site_id: url }));
    expect(checkResultSchema.parse(result)).toMatchObject({ url, siteName: null });
  });

  test("whose comment is cut in the middle of a character, or holds U+0000, can still be stored", () => {
    const data = { ...full, status_code: 500, comments: `\u0000${"c".repeat(998)}😀` };
    const result = readOriginalMessage(anOriginalMessage(data));
    expect(checkResultSchema.parse(result).error?.message).toBe(`\ufffd${"c".repeat(998)}\ufffd`);
  });

  test("of another shape is refused with the field that is wrong", () => {
    expect(() => readOriginalMessage(anOriginalMessage({ status_code: 200 }))).toThrow(/data\.site_id/);
  });
});

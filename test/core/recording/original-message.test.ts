import { describe, expect, test } from "vitest";
import { checkResultSchema } from "../../../src/contract/check-result.ts";
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

  test("of another shape is refused with the field that is wrong", () => {
    expect(() => readOriginalMessage(anOriginalMessage({ status_code: 200 }))).toThrow(/data\.site_id/);
  });
});

import { describe, expect, test } from "vitest";
import {
  moved,
  parseRangeSearch,
  rangeOf,
  resolutionOf,
  searchOf,
  widened,
} from "../../../dashboard/src/graph/range.ts";

const now = Date.parse("2026-11-25T12:00:00Z");
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

describe("the range of the graph", () => {
  test("a bare address shows the last 24 hours", () => {
    expect(rangeOf(parseRangeSearch({}), now)).toEqual({ fromMs: now - dayMs, toMs: now });
  });

  test("a link to a zoomed range shows exactly that range to whoever opens it", () => {
    const zoomed = searchOf({ fromMs: now - 5 * hourMs, toMs: now - 2 * hourMs });
    expect(zoomed).toEqual({ from: "2026-11-25T07:00:00Z", to: "2026-11-25T10:00:00Z" });
    expect(rangeOf(parseRangeSearch({ ...zoomed }), now + dayMs)).toEqual({
      fromMs: now - 5 * hourMs,
      toMs: now - 2 * hourMs,
    });
  });

  test.each([
    { range: "13 weeks" },
    { from: "yesterday", to: "today" },
    { from: "2026-11-25T10:00:00Z" },
    { from: "2026-11-25T10:00:00Z", to: "2026-11-25T09:00:00Z" },
  ])("an address that makes no sense (%o) shows the usual range", (search) => {
    expect(parseRangeSearch(search)).toEqual({});
  });

  test("zooming stops at one hour and at a year", () => {
    const short = rangeOf(searchOf({ fromMs: now - 60_000, toMs: now }), now);
    expect(short.toMs - short.fromMs).toBe(hourMs);
    const long = rangeOf(searchOf({ fromMs: now - 900 * dayMs, toMs: now }), now);
    expect(long.toMs - long.fromMs).toBe(366 * dayMs);
  });

  test("zooming out widens to the next longer preset and does not reach into the future", () => {
    expect(widened({ fromMs: now - dayMs, toMs: now }, now)).toEqual({ fromMs: now - 7 * dayMs, toMs: now });
    expect(widened({ fromMs: now - 366 * dayMs, toMs: now }, now)).toBeNull();
  });

  test("moving later ends at now", () => {
    const range = { fromMs: now - 2 * hourMs, toMs: now - 1000 };
    expect(moved(range, 1, now).toMs).toBe(now);
    expect(moved(range, -1, now).toMs).toBeLessThan(range.toMs);
  });

  test("single results up to six hours, hours up to a month, days beyond", () => {
    const resolutions = ["1h", "6h", "24h", "30d", "90d", "1y"].map((range) =>
      resolutionOf(rangeOf(parseRangeSearch({ range }), now)),
    );
    expect(resolutions).toEqual(["raw", "raw", "hour", "hour", "day", "day"]);
  });
});

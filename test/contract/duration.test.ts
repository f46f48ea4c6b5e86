import { describe, expect, test } from "vitest";
import { durationSchema, formatDuration } from "../../src/contract/duration.ts";

describe("a duration", () => {
  test.each([
    ["500ms", 500],
    ["10s", 10_000],
    ["1.5m", 90_000],
    ["24h", 86_400_000],
    ["7d", 604_800_000],
  ])("%s is %d milliseconds", (text, milliseconds) => {
    expect(durationSchema.parse(text)).toBe(milliseconds);
  });

  test.each(["10", "ten seconds", "-1s", "1 week", ""])("%j is refused with what is accepted", (text) => {
    expect(() => durationSchema.parse(text)).toThrow(/such as 500ms, 10s, 5m, 24h or 7d/);
  });

  test("is written in its largest whole unit", () => {
    expect([60_000, 90_000, 86_400_000, 1500, 0].map(formatDuration)).toEqual([
      "1m",
      "90s",
      "1d",
      "1500ms",
      "0ms",
    ]);
  });
});

import { describe, expect, test } from "vitest";
import { partsOf, uncountedMs } from "../../../src/core/reporting/range-counts.ts";

const at = (instant: string) => Date.parse(`2026-${instant}Z`);
const range = (from: string, to: string) => ({ fromMs: at(from), toMs: at(to) });

describe("a range of time", () => {
  test("is taken apart into days, hours and the pieces at its ends", () => {
    expect(partsOf(range("10-01T21:40", "10-04T03:10"))).toEqual({
      days: [range("10-02T00:00", "10-04T00:00")],
      hours: [range("10-01T22:00", "10-02T00:00"), range("10-04T00:00", "10-04T03:00")],
      pieces: [range("10-01T21:40", "10-01T22:00"), range("10-04T03:00", "10-04T03:10")],
    });
  });

  test("of less than an hour is cut at the hour that it spans", () => {
    expect(partsOf(range("10-01T21:40", "10-01T22:20"))).toEqual({
      days: [],
      hours: [],
      pieces: [range("10-01T21:40", "10-01T22:00"), range("10-01T22:00", "10-01T22:20")],
    });
    expect(partsOf(range("10-01T21:40", "10-01T21:50")).pieces).toEqual([
      range("10-01T21:40", "10-01T21:50"),
    ]);
  });

  test("of whole hours or days has no pieces", () => {
    expect(partsOf(range("10-01T22:00", "10-01T23:00"))).toEqual({
      days: [],
      hours: [range("10-01T22:00", "10-01T23:00")],
      pieces: [],
    });
    expect(partsOf(range("10-01T00:00", "10-02T00:00"))).toEqual({
      days: [range("10-01T00:00", "10-02T00:00")],
      hours: [],
      pieces: [],
    });
  });

  test("is not counted where its parts are older than what is kept", () => {
    const whole = range("10-01T21:40", "10-04T03:10");
    expect(uncountedMs(whole, { hoursMs: 0, resultsMs: at("10-03T00:00") })).toBe(20 * 60_000);
    expect(uncountedMs(whole, { hoursMs: at("11-01T00:00"), resultsMs: at("11-01T00:00") })).toBe(
      5.5 * 3_600_000,
    );
  });
});

import { describe, expect, test } from "vitest";
import { calendarMonths, dayLevel } from "../../../dashboard/src/site/calendar-months.ts";

const aDay = (day: string, uptime: number | null, coverage: number | null) => ({
  day,
  uptime,
  uptimeWithMaintenance: uptime,
  maintenanceMs: 0,
  coverage,
  incidents: 0,
  p95Ms: null,
  results: 0,
});

describe("the calendar of a year", () => {
  test("has every day once, in weeks that begin on Monday", () => {
    const months = calendarMonths(2024, [aDay("2024-02-29", 1, 1)]);
    expect(months.flatMap(({ days }) => days)).toHaveLength(366);
    const leapDay = months[1]?.days.at(-1);
    // 29 February 2024 was a Thursday, in the fifth row of a month that began on a Thursday.
    expect(leapDay).toMatchObject({ date: "2024-02-29", weekday: 3, week: 4, day: { uptime: 1 } });
    expect(months[0]?.days[0]).toMatchObject({ weekday: 0, week: 0, day: null });
  });

  test("tells a day that nobody observed from one on which nothing was due, and both from a good one", () => {
    expect(dayLevel(aDay("2026-01-01", null, 0))).toBe("gap");
    expect(dayLevel(aDay("2026-01-01", null, null))).toBe("not due");
    expect(dayLevel(null)).toBe("future");
    expect(dayLevel(aDay("2026-01-01", 1, 0.4))).toBe("full");
  });

  test("never calls a day with a failure full", () => {
    expect(dayLevel(aDay("2026-01-01", 0.99999, 1))).toBe("high");
    expect(dayLevel(aDay("2026-01-01", 0.995, 1))).toBe("low");
    expect(dayLevel(aDay("2026-01-01", 0.9, 1))).toBe("bad");
  });
});

import { describe, expect, test } from "vitest";
import type { z } from "zod";
import { maintenanceWindowSchema } from "../../../src/contract/alerting/maintenance-window.ts";
import { activeWindow } from "../../../src/core/maintenance-windows/active-window.ts";

type Given = z.input<typeof maintenanceWindowSchema>;

const site = {
  siteId: "7b2f6f6e-0000-4000-8000-000000000001",
  siteName: "shop",
  url: "https://s/",
  tags: ["shop"],
};
const sunday: Given = {
  name: "Sunday backup",
  rrule: "FREQ=WEEKLY;BYDAY=SU",
  start: "2026-01-04T02:30",
  duration: "1h",
  timezone: "Europe/Berlin",
};

function until(given: Given, at: string): string | null {
  const active = activeWindow([maintenanceWindowSchema.parse(given)], site, Date.parse(at));
  return active === null ? null : new Date(active.untilMs).toISOString();
}

describe("a window that recurs every Sunday at 02:30 in Berlin", () => {
  test.for([
    ["2026-01-11T01:29:59Z", null, "a second before"],
    ["2026-01-11T01:30:00Z", "2026-01-11T02:30:00.000Z", "in winter time"],
    ["2026-01-11T02:30:00Z", null, "when its hour is over"],
    ["2026-06-07T00:45:00Z", "2026-06-07T01:30:00.000Z", "in summer time"],
    ["2026-06-07T01:45:00Z", null, "in summer time, at what would be its winter hour"],
    ["2025-12-28T01:45:00Z", null, "before it first begins"],
    // 02:30 does not exist on this night: it is taken by the offset before the gap, as 03:30 summer time.
    ["2026-03-29T01:45:00Z", "2026-03-29T02:30:00.000Z", "in the night the clocks go forward"],
    // 02:30 comes twice: the first one, still summer time, is meant.
    ["2026-10-25T00:45:00Z", "2026-10-25T01:30:00.000Z", "in the night the clocks go back"],
    ["2026-10-25T01:45:00Z", null, "in that night, the second time it is 02:45"],
  ] as const)("at %s: %s (%s)", ([at, expected]) => {
    expect(until(sunday, at)).toBe(expected);
  });
});

test("a window without a rule happens once", () => {
  const once = { name: "move", start: "2026-12-06T02:00", duration: "2h" };
  expect(until(once, "2026-12-06T03:00:00Z")).toBe("2026-12-06T04:00:00.000Z");
  expect(until(once, "2026-12-07T03:00:00Z")).toBeNull();
});

test("a window longer than its recurrence never ends", () => {
  const always = { name: "x", start: "2026-01-01T00:00", duration: "2d", rrule: "FREQ=DAILY" };
  expect(until(always, "2026-02-01T12:00:00Z")).toBe("2026-02-03T00:00:00.000Z");
});

describe("a window concerns", () => {
  const at = "2026-01-11T02:00:00Z";
  test.for([
    [{}, true],
    [{ tags: ["shop"] }, true],
    [{ tags: ["other"] }, false],
    [{ sites: ["shop"] }, true],
    [{ sites: ["https://s/"] }, true],
    [{ sites: ["blog"] }, false],
    [{ tags: ["other"], sites: ["shop"] }, true],
  ] satisfies readonly (readonly [Partial<Given>, boolean])[])("%j: %s", ([scope, expected]) => {
    expect(until({ ...sunday, ...scope }, at) !== null).toBe(expected);
  });
});

test.for([
  [{ ...sunday, rrule: "FREQ=SOMETIMES" }, "rrule"],
  // No notifier may fail at a rule that names no date.
  [{ ...sunday, rrule: "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30" }, "rrule"],
  [{ ...sunday, rrule: "FREQ=DAILY;UNTIL=20250101" }, "rrule"],
  [{ ...sunday, start: "2026-13-40T02:30" }, "start"],
  [{ ...sunday, start: "tomorrow" }, "start"],
  [{ ...sunday, timezone: "Berlin" }, "timezone"],
  [{ ...sunday, duration: "soon" }, "duration"],
] as const)("%j is refused by the name of the wrong field", ([given, field]) => {
  const parsed = maintenanceWindowSchema.safeParse(given);
  expect(parsed.error?.issues.map(({ path }) => path.join("."))).toContain(field);
});

// Recurring windows around the two nights in which the clocks of Berlin change in 2026: 29 March (02:00 becomes 03:00) and
// 25 October (03:00 becomes 02:00). Expected instants are worked out by hand.
import { expect, test } from "vitest";
import { maintenanceWindowSchema } from "../../../src/contract/alerting/maintenance-window.ts";
import { occurrencesOf } from "../../../src/core/maintenance-windows/occurrences.ts";

/** `from/until` of each occurrence in 2026, UTC, without the year. */
function occurrences(rrule: string, start: string, duration = "1h", timezone = "Europe/Berlin") {
  const window = maintenanceWindowSchema.parse({ name: "x", start, duration, timezone, rrule });
  const year = { fromMs: Date.parse("2026-01-01"), toMs: Date.parse("2027-01-01"), mostPerWindow: 50 };
  const shown = (instantMs: number) => new Date(instantMs).toISOString().slice(5, 16);
  return occurrencesOf([window], year).map(({ fromMs, untilMs }) => `${shown(fromMs)}/${shown(untilMs)}`);
}

test.for([
  [
    "daily over the night in spring",
    "FREQ=DAILY;COUNT=3",
    "2026-03-28T02:30",
    ["03-28T01:30/03-28T02:30", "03-29T01:30/03-29T02:30", "03-30T00:30/03-30T01:30"],
  ],
  [
    "daily over the night in autumn",
    "FREQ=DAILY;COUNT=3",
    "2026-10-24T02:30",
    ["10-24T00:30/10-24T01:30", "10-25T00:30/10-25T01:30", "10-26T01:30/10-26T02:30"],
  ],
  [
    "weekly, both Sundays of a change",
    "FREQ=WEEKLY;INTERVAL=30;BYDAY=SU",
    "2026-03-29T02:30",
    ["03-29T01:30/03-29T02:30", "10-25T00:30/10-25T01:30"],
  ],
  [
    "monthly, the last Sunday",
    "FREQ=MONTHLY;BYDAY=SU;BYSETPOS=-1;BYMONTH=3,10",
    "2026-03-01T02:30",
    ["03-29T01:30/03-29T02:30", "10-25T00:30/10-25T01:30"],
  ],
  [
    "monthly, the last Sunday, as a numbered day",
    "FREQ=MONTHLY;BYDAY=-1SU;COUNT=2",
    "2026-03-01T02:30",
    ["03-29T01:30/03-29T02:30", "04-26T00:30/04-26T01:30"],
  ],
  [
    "monthly, the last working day",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=3",
    "2026-01-01T02:30",
    ["01-30T01:30/01-30T02:30", "02-27T01:30/02-27T02:30", "03-31T00:30/03-31T01:30"],
  ],
  [
    "until an instant in UTC: the occurrence at that instant is the last",
    "FREQ=DAILY;UNTIL=20260330T003000Z",
    "2026-03-29T02:30",
    ["03-29T01:30/03-29T02:30", "03-30T00:30/03-30T01:30"],
  ],
  [
    "until the start itself, in UTC",
    "FREQ=DAILY;UNTIL=20261024T003000Z",
    "2026-10-24T02:30",
    ["10-24T00:30/10-24T01:30"],
  ],
  [
    "until a local time",
    "FREQ=DAILY;UNTIL=20261025T023000",
    "2026-10-24T02:30",
    ["10-24T00:30/10-24T01:30", "10-25T00:30/10-25T01:30"],
  ],
  [
    "until a date: that day is the last",
    "FREQ=DAILY;UNTIL=20261025",
    "2026-10-24T02:30",
    ["10-24T00:30/10-24T01:30", "10-25T00:30/10-25T01:30"],
  ],
] as const)("%s", ([, rrule, start, expected]) => {
  expect(occurrences(rrule, start)).toEqual(expected);
});

test.for([
  ["in spring", "2026-03-29T01:30", "03-29T00:30/03-29T03:30"],
  ["in autumn", "2026-10-25T01:30", "10-24T23:30/10-25T02:30"],
] as const)("a window of three hours that spans the change %s lasts three hours", ([, start, expected]) => {
  expect(occurrences("FREQ=DAILY;COUNT=1", start, "3h")).toEqual([expected]);
});

test("other zones change at other instants, and some never do", () => {
  expect(occurrences("FREQ=DAILY;COUNT=1", "2026-03-08T02:30", "1h", "America/New_York")).toEqual([
    "03-08T07:30/03-08T08:30",
  ]);
  expect(occurrences("FREQ=DAILY;COUNT=1", "2026-10-04T02:15", "1h", "Australia/Lord_Howe")).toEqual([
    "10-03T15:45/10-03T16:45",
  ]);
  expect(occurrences("FREQ=DAILY;COUNT=2", "2026-03-29T02:30", "1h", "Asia/Kolkata")).toEqual([
    "03-28T21:00/03-28T22:00",
    "03-29T21:00/03-29T22:00",
  ]);
});

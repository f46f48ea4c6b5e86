import { expect, test } from "vitest";
import {
  type MaintenanceWindow,
  maintenanceWindowSchema,
} from "../../../src/contract/alerting/maintenance-window.ts";
import { keepsFormer, maintenanceTimes } from "../../../src/core/maintenance-windows/recorded-windows.ts";

const at = (instant: string) => Date.parse(`2026-${instant}Z`);
const range = (from: string, to: string) => ({ fromMs: at(from), toMs: at(to) });
const shop = { siteId: "1", siteName: "shop", url: "https://shop.example/", tags: ["paid"] };

function aWindow(given: Partial<Record<keyof MaintenanceWindow, unknown>>): MaintenanceWindow {
  return maintenanceWindowSchema.parse({
    name: "backup",
    start: "2026-10-24T02:30",
    duration: "1h",
    ...given,
  });
}

test("a window that is no longer in force counts until then, the next one from then on", () => {
  const former = aWindow({ rrule: "FREQ=DAILY" });
  const next = aWindow({ rrule: "FREQ=DAILY", start: "2026-10-24T10:00" });
  const changedAt = at("10-25T03:00");
  const times = maintenanceTimes(
    [
      { window: former, fromMs: null, toMs: changedAt },
      { window: next, fromMs: changedAt, toMs: null },
    ],
    range("10-24T00:00", "10-27T00:00"),
  );
  expect(times.of(shop)).toEqual([
    range("10-24T02:30", "10-24T03:30"),
    range("10-25T02:30", "10-25T03:00"),
    range("10-25T10:00", "10-25T11:00"),
    range("10-26T10:00", "10-26T11:00"),
  ]);
});

test("windows that overlap are counted once, each where it concerns the site", () => {
  const windows = [
    aWindow({ start: "2026-10-24T02:00", duration: "2h" }),
    aWindow({ start: "2026-10-24T03:00", duration: "2h", tags: ["paid"] }),
    aWindow({ start: "2026-10-24T09:00", tags: ["free"] }),
  ];
  const recorded = windows.map((window) => ({ window, fromMs: null, toMs: null }));
  const times = maintenanceTimes(recorded, range("10-24T00:00", "10-25T00:00"));
  expect(times.of(shop)).toEqual([range("10-24T02:00", "10-24T05:00")]);
  expect(times.of({ ...shop, tags: [] })).toEqual([range("10-24T02:00", "10-24T04:00")]);
  expect(times.occurrences(shop)).toHaveLength(2);
});

test("a nightly window lasts its hour in both nights in which clocks change", () => {
  const berlin = aWindow({ start: "2026-03-27T02:30", timezone: "Europe/Berlin", rrule: "FREQ=DAILY" });
  const recorded = [{ window: berlin, fromMs: null, toMs: null }];
  expect(maintenanceTimes(recorded, range("03-28T00:00", "03-30T00:00")).of(shop)).toEqual([
    range("03-28T01:30", "03-28T02:30"),
    // 02:30 does not exist on 29 March: it begins an hour of the clock later.
    range("03-29T01:30", "03-29T02:30"),
  ]);
  expect(maintenanceTimes(recorded, range("10-24T00:00", "10-26T00:00")).of(shop)).toEqual([
    range("10-24T00:30", "10-24T01:30"),
    range("10-25T00:30", "10-25T01:30"),
  ]);
});

const past = aWindow({ start: "2026-10-01T02:00" });
const future = aWindow({ start: "2026-12-01T02:00" });
const weekly = aWindow({ start: "2026-10-01T02:00", rrule: "FREQ=WEEKLY" });

test.for([
  ["a window that is over", past, null, true],
  ["a window to come", future, null, false],
  ["a recurring window", weekly, null, true],
  ["a window that is over, for one to come", past, future, true],
  ["a window that is over, for a correction", past, past, false],
  ["a window to come, for a recurring one", future, weekly, false],
  ["a recurring window, for one in the past", weekly, past, true],
] as const)("of %s the past is kept or not", ([, former, next, kept]) => {
  expect(keepsFormer(former, next, at("11-01T00:00"))).toBe(kept);
});

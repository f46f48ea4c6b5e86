import { expect, test } from "vitest";
import type { z } from "zod";
import { maintenanceWindowSchema } from "../../../src/contract/alerting/maintenance-window.ts";
import { occurrencesOf } from "../../../src/core/maintenance-windows/occurrences.ts";

function occurrences(
  given: readonly z.input<typeof maintenanceWindowSchema>[],
  from: string,
  to: string,
  mostPerWindow = 100,
): readonly string[] {
  const windows = given.map((window) => maintenanceWindowSchema.parse(window));
  const span = { fromMs: Date.parse(from), toMs: Date.parse(to), mostPerWindow };
  return occurrencesOf(windows, span).map(
    ({ window, fromMs, untilMs }) =>
      `${window.name} ${new Date(fromMs).toISOString()} ${(untilMs - fromMs) / 60_000} min`,
  );
}

const sunday = {
  name: "backup",
  rrule: "FREQ=WEEKLY;BYDAY=SU",
  start: "2026-01-04T02:30",
  duration: "1h",
  timezone: "Europe/Berlin",
};

test("a weekly window keeps its local time over the change of the clocks", () => {
  expect(occurrences([sunday], "2026-10-18T00:00:00Z", "2026-11-02T00:00:00Z")).toEqual([
    "backup 2026-10-18T00:30:00.000Z 60 min",
    "backup 2026-10-25T00:30:00.000Z 60 min",
    "backup 2026-11-01T01:30:00.000Z 60 min",
  ]);
});

test("an occurrence that has begun before the span and still runs is part of it, one that has ended is not", () => {
  expect(occurrences([sunday], "2026-11-01T02:29:00Z", "2026-11-02T00:00:00Z")).toHaveLength(1);
  expect(occurrences([sunday], "2026-11-01T02:30:00Z", "2026-11-02T00:00:00Z")).toEqual([]);
});

test("occurrences of several windows come in the order of time, of each at most as many as asked for", () => {
  const once = { name: "move", start: "2026-10-20T00:00", duration: "30m" };
  expect(occurrences([sunday, once], "2026-10-18T00:00:00Z", "2027-01-01T00:00:00Z", 2)).toEqual([
    "backup 2026-10-18T00:30:00.000Z 60 min",
    "move 2026-10-20T00:00:00.000Z 30 min",
    "backup 2026-10-25T00:30:00.000Z 60 min",
  ]);
});

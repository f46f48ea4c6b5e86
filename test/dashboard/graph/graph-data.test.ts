import { describe, expect, test } from "vitest";
import { availabilitySpans } from "../../../dashboard/src/graph/availability.ts";
import { stackPhases } from "../../../dashboard/src/graph/stacking.ts";
import { timeLabels } from "../../../dashboard/src/graph/time-axis.ts";
import { timeBands } from "../../../dashboard/src/graph/time-bands.ts";

const hourMs = 3_600_000;
const start = Date.parse("2026-11-25T00:00:00Z");
const at = (hours: number) => new Date(start + hours * hourMs).toISOString();
const range = { fromMs: start, toMs: start + 10 * hourMs };

describe("the phases", () => {
  test("lie on top of each other, and the highest edge is the whole response time", () => {
    const stacked = stackPhases({
      dns: [10, 1],
      connect: [20, 2],
      tls: [null, 3],
      firstByte: [100, 4],
      download: [5, 5],
    });
    expect(stacked.dns).toEqual([10, 1]);
    expect(stacked.tls).toEqual([30, 6]);
    expect(stacked.download).toEqual([135, 15]);
  });

  test("leave a gap where no check answered, instead of a response time of zero", () => {
    const nothing = [null];
    const phases = { dns: nothing, connect: nothing, tls: nothing, firstByte: nothing, download: nothing };
    expect(stackPhases(phases).download).toEqual([null]);
  });
});

describe("incidents and maintenance on the axis of time", () => {
  test("are cut to the range, and an unresolved incident lasts until now", () => {
    const bands = timeBands(
      {
        incidents: [
          { id: "i1", severity: "down", from: at(8), to: null },
          { id: "i2", severity: "degraded", from: at(-3), to: at(1) },
          { id: "i3", severity: "down", from: at(-9), to: at(-8) },
        ],
        maintenance: [{ name: "upgrade", from: at(4), to: at(5) }],
      },
      range,
      start + 9 * hourMs,
    );
    expect(bands.map(({ kind, fromMs, toMs, open }) => [kind, fromMs, toMs, open])).toEqual([
      ["maintenance", start + 4 * hourMs, start + 5 * hourMs, false],
      ["down", start + 8 * hourMs, start + 9 * hourMs, true],
      ["degraded", start, start + hourMs, false],
    ]);
  });
});

describe("the strip of what was seen", () => {
  test("shows what was not observed as a gap between what was up, and never as up", () => {
    const spans = availabilitySpans(
      {
        startsAt: [at(0), at(1), at(2), at(3), at(4)],
        up: [60, 60, 0, 30, 0],
        degraded: [0, 0, 0, 0, 0],
        down: [0, 0, 0, 30, 0],
        due: [60, 60, 60, 60, 0],
      },
      { fromMs: start, toMs: start + 5 * hourMs },
    );
    expect(spans.map(({ state, results, due }) => [state, results, due])).toEqual([
      ["up", 120, 120],
      ["gap", 0, 60],
      ["down", 60, 60],
      ["not due", 0, 0],
    ]);
  });
});

describe("labels of the axis of time", () => {
  test("are times in the reader's zone, and name the day where another day begins", () => {
    const splits = [21, 22, 23, 24].map((hours) => (start + hours * hourMs) / 1000);
    expect(timeLabels(splits, 3600, "en-GB", "Europe/Berlin")).toEqual(["22:00", "23:00", "26 Nov", "01:00"]);
  });

  test("are days and months on longer ranges", () => {
    const seconds = [start / 1000];
    expect(timeLabels(seconds, 86_400, "en-GB", "UTC")).toEqual(["25 Nov"]);
    expect(timeLabels(seconds, 30 * 86_400, "de", "UTC")).toEqual(["Nov. 2026"]);
  });
});

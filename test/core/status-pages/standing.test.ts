import { describe, expect, test } from "vitest";
import { type DayCounts, dayView, pageStanding, uptimeOf } from "../../../src/core/status-pages/standing.ts";

const day = (counts: Partial<DayCounts>): DayCounts => ({
  startMs: 0,
  up: 0,
  degraded: 0,
  down: 0,
  inMaintenance: 0,
  observed: (counts.up ?? 0) + (counts.degraded ?? 0) + (counts.down ?? 0),
  due: 0,
  ...counts,
});

describe("a day", () => {
  test("without a single result though checks were due is a gap, and not a good day", () => {
    expect(dayView(day({ due: 1440 }))).toMatchObject({ standing: "gap", uptime: null, coverage: 0 });
  });

  test("on which nothing was due is neither", () => {
    expect(dayView(day({}))).toMatchObject({ standing: "not due", uptime: null, coverage: null });
  });

  test("with one failed check of hundreds is told as a short outage with its exact uptime and coverage", () => {
    expect(dayView(day({ up: 718, degraded: 1, down: 1, due: 1440 }))).toMatchObject({
      standing: "short outage",
      uptime: 719 / 720,
      coverage: 0.5,
    });
  });

  test("with more than a quarter of an hour of failed checks is an outage", () => {
    expect(dayView(day({ up: 1426, down: 14 })).standing).toBe("short outage");
    expect(dayView(day({ up: 1425, down: 15 })).standing).toBe("down");
  });

  test("that was maintenance as a whole is neither a gap nor an outage", () => {
    expect(dayView(day({ inMaintenance: 1440, observed: 1440, due: 1440 }))).toMatchObject({
      standing: "maintenance",
      uptime: null,
      coverage: 1,
    });
  });

  test("with more results than were due, as after a change of the interval, is fully covered", () => {
    expect(dayView(day({ up: 20, due: 10 })).coverage).toBe(1);
  });
});

test("what one location saw is covered, however many others saw it too", () => {
  expect(dayView(day({ up: 2880, observed: 1440, due: 1440 }))).toMatchObject({ uptime: 1, coverage: 1 });
  expect(dayView(day({ up: 2000, observed: 1000, due: 1440 })).coverage).toBeCloseTo(0.694);
});

test("the uptime of many days weighs each result alike, so that a day of gaps does not dilute an outage", () => {
  const days = [day({ up: 10, due: 1440 }), day({ down: 10, due: 10 }), day({ due: 100 })];
  expect(uptimeOf(days)).toEqual({ uptime: 0.5, coverage: 20 / 1550 });
});

describe("the page as a whole", () => {
  test.for([
    [["operational", "operational"], "operational"],
    [["operational", "degraded"], "degraded"],
    [["operational", "down", "operational"], "partial outage"],
    [["down", "down", "operational"], "major outage"],
    [["operational", "maintenance"], "maintenance"],
    [["maintenance", "down"], "partial outage"],
    [["not observed", "not observed"], "unknown"],
    [["operational", "not observed"], "operational"],
    [["paused", "pending"], "unknown"],
    [["paused", "operational"], "operational"],
    [[], "unknown"],
  ] as const)("%j is %s", ([sites, expected]) => {
    expect(pageStanding(sites)).toBe(expected);
  });
});

import { describe, expect, test } from "vitest";
import { LatencyHistogram } from "../../../src/core/reporting/latency-histogram.ts";
import { type SitePeriod, siteRows, tagRows, totalRow } from "../../../src/core/reporting/uptime-report.ts";

const none = { up: 0, degraded: 0, down: 0 };

function aPeriod(rest: Partial<SitePeriod> = {}): SitePeriod {
  return {
    siteId: "a",
    name: "Shop",
    url: "https://shop.example/",
    tags: [],
    results: none,
    inMaintenance: none,
    due: 0,
    observed: 0,
    latencies: LatencyHistogram.empty(),
    outages: [],
    plannedMs: 0,
    countedMs: 0,
    maintenanceMs: 0,
    maintenanceNotExcludedMs: 0,
    ...rest,
  };
}

describe("a site's month", () => {
  test("leaves planned maintenance out of its uptime, and tells it beside", () => {
    const period = aPeriod({
      results: { up: 980, degraded: 10, down: 30 },
      inMaintenance: { up: 0, degraded: 0, down: 20 },
      due: 1100,
      observed: 1020,
    });
    expect(totalRow([period], 0.99)).toMatchObject({
      uptime: 990 / 1000,
      uptimeWithMaintenance: expect.closeTo(990 / 1020, 5),
      resultsInMaintenance: 20,
      coverage: expect.closeTo(1020 / 1100, 5),
      isMet: true,
      budgetLeft: expect.closeTo(0),
    });
  });

  test.for([
    [1000, 0, 0.999, 1, true],
    [9995, 5, 0.999, 0.5, true],
    [999, 1, 0.999, 0, true],
    [998, 2, 0.999, -1, false],
    [1000, 0, 1, null, true],
    [999, 1, 1, null, false],
  ] as const)(
    "%i good and %i failed checks leave of the budget at %d: %d",
    ([up, down, objective, left, met]) => {
      const row = totalRow([aPeriod({ results: { up, degraded: 0, down } })], objective);
      expect(row.isMet).toBe(met);
      if (left === null) expect(row.budgetLeft).toBeNull();
      else expect(row.budgetLeft).toBeCloseTo(left);
    },
  );

  test("without results claims nothing", () => {
    expect(totalRow([aPeriod({ due: 100 })], 0.99)).toMatchObject({
      uptime: null,
      coverage: 0,
      isMet: null,
      budgetLeft: null,
      p95Ms: null,
    });
  });

  test("has an error budget in time: of the whole month, burnt by what of it has passed", () => {
    const dayMs = 86_400_000;
    const month = {
      results: { up: 998, degraded: 0, down: 2 },
      plannedMs: 30 * dayMs,
      countedMs: 15 * dayMs,
    };
    // 0.1 % of 30 days are 43.2 minutes; 0.2 % of 15 days are as many.
    expect(totalRow([aPeriod(month)], 0.999)).toMatchObject({
      budgetMs: 43.2 * 60_000,
      budgetBurntMs: 43.2 * 60_000,
      budgetLeft: 0,
      isMet: false,
    });
    expect(totalRow([aPeriod(month)], null)).toMatchObject({ objective: null, isMet: null, budgetMs: null });
  });

  test("sums its outages and names the longest", () => {
    const outages = [
      { downMs: 60_000, isOver: true },
      { downMs: 240_000, isOver: true },
      { downMs: 300_000, isOver: false },
    ];
    expect(totalRow([aPeriod({ outages })], 0.99)).toMatchObject({
      outages: 3,
      downMs: 600_000,
      longestOutageMs: 300_000,
      // Of the two that are over.
      meanTimeToRecoveryMs: 150_000,
    });
  });
});

test("a tag's percentiles are those of all its results, not a mean of its sites", () => {
  const slow = LatencyHistogram.empty();
  const fast = LatencyHistogram.empty();
  for (let n = 0; n < 99; n += 1) fast.add(10);
  slow.add(1000);
  const rows = tagRows(
    [aPeriod({ tags: ["x"], latencies: fast }), aPeriod({ siteId: "b", tags: ["x"], latencies: slow })],
    () => 0.99,
  );
  expect(rows).toHaveLength(1);
  expect(rows[0]?.p95Ms).toBeCloseTo(10, 0);
  expect(rows[0]).toMatchObject({ key: "x", sites: 2 });
});

test("a site counts in each of its tags and once in the whole; sites come by name", () => {
  const shop = aPeriod({ tags: ["b", "a"], results: { up: 1, degraded: 0, down: 0 } });
  const api = aPeriod({ siteId: "c", name: null, url: "https://api.example/", tags: ["a"] });
  expect(tagRows([shop, api], () => 0.99).map(({ key, sites }) => `${key} ${sites}`)).toEqual(["a 2", "b 1"]);
  expect(siteRows([shop, api], () => 0.99).map(({ label }) => label)).toEqual([
    "https://api.example/",
    "Shop",
  ]);
  expect(totalRow([shop, api], 0.99)).toMatchObject({ sites: 2, results: 1 });
});

import { expect, test } from "vitest";
import { aSite, type Ground, resultOf } from "./ground.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export function reportingTests(ground: Ground): void {
  test("a day's counts, mean and percentiles, all locations together", async () => {
    const site = aSite();
    const midday = Math.floor(Date.now() / DAY_MS) * DAY_MS - DAY_MS / 2;
    const times = Array.from({ length: 100 }, (_, index) => 10 + index * 5);
    const results = times.map((responseTimeMs, index) =>
      resultOf(site, 0, {
        slot: new Date(midday + index * 60_000).toISOString(),
        responseTimeMs,
        verdict: index === 7 ? "down" : index === 8 ? "degraded" : "up",
        location: index % 2 === 0 ? "here" : "there",
      }),
    );
    await ground.database.results.record(results);
    const [uptime, ...more] = await ground.database.uptime.daily({
      siteIds: [site.id],
      fromMs: midday,
      toMs: midday,
    });
    expect(more).toEqual([]);
    expect(uptime).toMatchObject({
      siteId: site.id,
      startsMs: [midday - DAY_MS / 2],
      up: [98],
      degraded: [1],
      down: [1],
    });
    expect(uptime?.meanResponseTimesMs[0]).toBeCloseTo(257.5);
    const exact = { p50Ms: 255, p95Ms: 480, p99Ms: 500 };
    expect(Math.abs((uptime?.p50Ms[0] ?? 0) / exact.p50Ms - 1)).toBeLessThan(0.02);
    expect(Math.abs((uptime?.p95Ms[0] ?? 0) / exact.p95Ms - 1)).toBeLessThan(0.02);
    expect(Math.abs((uptime?.p99Ms[0] ?? 0) / exact.p99Ms - 1)).toBeLessThan(0.02);
  });

  test("a site in one place has the same percentiles as when its rows are counted again", async () => {
    const site = aSite();
    await ground.database.results.record(
      [1, 2, 3].map((minutes) => resultOf(site, minutes, { responseTimeMs: 200 })),
    );
    const [uptime] = await ground.database.uptime.hourly({
      fromMs: Date.now() - 5 * 60_000,
      toMs: Date.now(),
    });
    expect(uptime?.p50Ms[0]).toBeGreaterThan(196);
    expect(uptime?.p50Ms[0]).toBeLessThan(204);
  });

  test("a period in which nothing answered has counts and no times", async () => {
    const site = aSite();
    const nowMs = Date.now();
    await ground.database.results.record([
      resultOf(site, 0, { verdict: "down", responseTimeMs: null, timings: null }),
    ]);
    const [uptime] = await ground.database.uptime.daily({ fromMs: nowMs - HOUR_MS, toMs: nowMs });
    expect(uptime).toMatchObject({
      down: [1],
      meanResponseTimesMs: [null],
      p50Ms: [null],
      p95Ms: [null],
      p99Ms: [null],
    });
  });

  test("whole hours and days that overlap the time asked for are counted, by site and time", async () => {
    const sites = [aSite(), aSite()].toSorted((a, b) => (a.id < b.id ? -1 : 1));
    const noon = Math.floor(Date.now() / DAY_MS) * DAY_MS - DAY_MS / 2;
    const at = (ms: number) => ({ slot: new Date(ms).toISOString() });
    await ground.database.results.record(
      sites.flatMap((site) =>
        [-HOUR_MS - 1000, -1000, 0, 1000, HOUR_MS].map((ms) => resultOf(site, 0, at(noon + ms))),
      ),
    );
    const hours = await ground.database.uptime.hourly({ fromMs: noon + 1800_000, toMs: noon + HOUR_MS });
    expect(hours.map(({ siteId, startsMs, up }) => ({ siteId, startsMs, up }))).toEqual(
      sites.map(({ id }) => ({ siteId: id, startsMs: [noon, noon + HOUR_MS], up: [2, 1] })),
    );
    const days = await ground.database.uptime.daily({ fromMs: noon, toMs: noon });
    expect(days.map(({ siteId, up }) => [siteId, up])).toEqual(sites.map((site) => [site.id, [5]]));
    expect(await ground.database.uptime.daily({ siteIds: [], fromMs: noon, toMs: noon })).toEqual([]);
  });

  test("days come by time, those without results are left out, whenever and wherever they were recorded", async () => {
    const [full, gappy, silent] = [aSite(), aSite(), aSite()];
    const today = Math.floor(Date.now() / DAY_MS) * DAY_MS;
    const daysAgo = (days: number) => ({
      slot: new Date(today - days * DAY_MS).toISOString(),
      responseTimeMs: 100 + days,
    });
    // Late results: the rows of older days are made after those of younger ones.
    for (const days of [1, 4, 2, 3]) {
      await ground.database.results.record([resultOf(full, 0, daysAgo(days))]);
    }
    for (const [days, location] of [
      [2, "here"],
      [4, "here"],
      [4, "there"],
      [2, "there"],
    ] as const) {
      await ground.database.results.record([resultOf(gappy, 0, { ...daysAgo(days), location })]);
    }
    await ground.database.results.record([resultOf(silent, 0, daysAgo(9))]);
    const uptimes = await ground.database.uptime.daily({ fromMs: today - 5 * DAY_MS, toMs: today });
    const seen = new Map(
      uptimes.map(({ siteId, startsMs, up, meanResponseTimesMs }) => [
        siteId,
        { daysAgo: startsMs.map((startMs) => (today - startMs) / DAY_MS), up, meanResponseTimesMs },
      ]),
    );
    expect(Object.fromEntries(seen)).toEqual({
      [full.id]: { daysAgo: [4, 3, 2, 1], up: [1, 1, 1, 1], meanResponseTimesMs: [104, 103, 102, 101] },
      [gappy.id]: { daysAgo: [4, 2], up: [2, 2], meanResponseTimesMs: [104, 102] },
    });
    const percentiles = uptimes.find(({ siteId }) => siteId === gappy.id)?.p99Ms ?? [];
    expect(percentiles.map((percentile) => Math.round(percentile ?? 0))).toEqual([103, 103]);
  });
}

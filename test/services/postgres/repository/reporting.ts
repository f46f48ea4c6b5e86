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
    const [day, ...more] = await ground.database.uptime.daily({
      siteIds: [site.id],
      fromMs: midday,
      toMs: midday,
    });
    expect(more).toEqual([]);
    expect(day).toMatchObject({
      siteId: site.id,
      startMs: midday - DAY_MS / 2,
      up: 98,
      degraded: 1,
      down: 1,
    });
    expect(day?.meanResponseTimeMs).toBeCloseTo(257.5);
    const exact = { p50Ms: 255, p95Ms: 480, p99Ms: 500 };
    expect(Math.abs((day?.p50Ms ?? 0) / exact.p50Ms - 1)).toBeLessThan(0.02);
    expect(Math.abs((day?.p95Ms ?? 0) / exact.p95Ms - 1)).toBeLessThan(0.02);
    expect(Math.abs((day?.p99Ms ?? 0) / exact.p99Ms - 1)).toBeLessThan(0.02);
  });

  test("a site in one place has the same percentiles as when its rows are counted again", async () => {
    const site = aSite();
    await ground.database.results.record(
      [1, 2, 3].map((minutes) => resultOf(site, minutes, { responseTimeMs: 200 })),
    );
    const [hour] = await ground.database.uptime.hourly({ fromMs: Date.now() - 5 * 60_000, toMs: Date.now() });
    expect(hour?.p50Ms).toBeGreaterThan(196);
    expect(hour?.p50Ms).toBeLessThan(204);
  });

  test("a period in which nothing answered has counts and no times", async () => {
    const site = aSite();
    const nowMs = Date.now();
    await ground.database.results.record([
      resultOf(site, 0, { verdict: "down", responseTimeMs: null, timings: null }),
    ]);
    const [day] = await ground.database.uptime.daily({ fromMs: nowMs - HOUR_MS, toMs: nowMs });
    expect(day).toMatchObject({ down: 1, meanResponseTimeMs: null, p50Ms: null, p95Ms: null, p99Ms: null });
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
    expect(hours.map(({ siteId, startMs, up }) => [siteId, startMs - noon, up])).toEqual(
      sites.flatMap((site) => [
        [site.id, 0, 2],
        [site.id, HOUR_MS, 1],
      ]),
    );
    const days = await ground.database.uptime.daily({ fromMs: noon, toMs: noon });
    expect(days.map(({ siteId, up }) => [siteId, up])).toEqual(sites.map((site) => [site.id, 5]));
    expect(await ground.database.uptime.daily({ siteIds: [], fromMs: noon, toMs: noon })).toEqual([]);
  });
}

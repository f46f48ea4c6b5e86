import { expect, test } from "vitest";
import { DAY_MS } from "../../../../src/contract/duration.ts";
import { aSite, type Ground, resultOf } from "./ground.ts";

export function resultTests(ground: Ground): void {
  test("a result is read back as it was recorded, every field of it", async () => {
    const site = aSite();
    const full = resultOf(site, 1, {
      verdict: "down",
      statusCode: 503,
      error: { code: "status_unexpected", message: "status: expected 200-399, found 503" },
      attempts: 3,
      regexpMatched: false,
      intervalMs: 60_000,
      protocol: "h2",
      siteName: "shop",
      tlsVerified: false,
      bodyTruncated: true,
      failedExpectations: [{ expectation: "status", expected: "200-399", found: "503" }],
      failedAttempts: [{ code: "connect_timeout", message: "no connection in 3 s" }],
    });
    const bare = resultOf(site, 2, {
      verdict: "down",
      statusCode: null,
      responseTimeMs: null,
      timings: null,
      regexpMatched: null,
      error: { code: "dns_not_found", message: "ENOTFOUND" },
      bytes: null,
      certificateExpiresAt: null,
      remoteAddress: null,
    });
    expect(await ground.database.results.record([bare, full])).toEqual({ inserted: 2 });
    expect(await ground.database.history.results({ limit: 10 })).toEqual([full, bare]);
  });

  test("recording twice is recording once, in one batch and in two", async () => {
    const site = aSite();
    const [first, second] = [resultOf(site, 2), resultOf(site, 1)];
    expect(await ground.database.results.record([first, first])).toEqual({ inserted: 1 });
    expect(await ground.database.results.record([second, first])).toEqual({ inserted: 1 });
    expect(await ground.database.results.record([second, first])).toEqual({ inserted: 0 });
    expect(await ground.sql("SELECT sum(up)::integer AS up FROM uptime_daily")).toEqual([{ up: 2 }]);
    expect(await ground.sql("SELECT sum(up)::integer AS up FROM uptime_hourly")).toEqual([{ up: 2 }]);
  });

  test("the same site in capital letters is the same site", async () => {
    const site = aSite();
    const result = resultOf(site, 1);
    await ground.database.results.record([result]);
    const again = { ...result, siteId: result.siteId.toUpperCase() };
    expect(await ground.database.results.record([again])).toEqual({ inserted: 0 });
  });

  test("of two results for one identity the first stays", async () => {
    const result = resultOf(aSite(), 1);
    await ground.database.results.record([result]);
    await ground.database.results.record([{ ...result, verdict: "down", statusCode: 500 }]);
    expect(await ground.database.history.results({ limit: 2 })).toEqual([result]);
  });

  test("rollups equal a recount of the rows, whatever mix of new and known came in", async () => {
    const sites = [aSite(), aSite(), aSite()];
    const results = sites.flatMap((site, number) =>
      Array.from({ length: 300 }, (_, index) =>
        resultOf(site, index * 7, {
          location: index % 3 === 0 ? "far" : "near",
          verdict: index % 50 === number ? "down" : index % 20 === 0 ? "degraded" : "up",
          responseTimeMs: index % 60 === 0 ? null : 10 + index,
        }),
      ),
    );
    for (let first = 0; first < results.length; first += 100) {
      await ground.database.results.record(results.slice(Math.max(0, first - 50), first + 100));
    }
    const recount = (start: string) => `
      SELECT site_id, location, ${start} AS start,
        count(*) FILTER (WHERE verdict = 'up')::integer AS up,
        count(*) FILTER (WHERE verdict = 'degraded')::integer AS degraded,
        count(*) FILTER (WHERE verdict = 'down')::integer AS down,
        count(response_time_ms)::integer AS times, coalesce(sum(response_time_ms), 0) AS sum
      FROM check_results GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`;
    const stored = (table: string, start: string) => `
      SELECT site_id, location, ${start} AS start, up, degraded, down,
        response_times AS times, response_time_sum_ms AS sum
      FROM ${table} ORDER BY 1, 2, 3`;
    const day = "(slot AT TIME ZONE 'UTC')::date::text";
    expect(await ground.sql(stored("uptime_daily", "day::text"))).toEqual(await ground.sql(recount(day)));
    const hour = "date_trunc('hour', slot, 'UTC')::text";
    expect(await ground.sql(stored("uptime_hourly", "hour::text"))).toEqual(await ground.sql(recount(hour)));
  });

  test("a site's state is its result with the latest slot, also when results come in the wrong order", async () => {
    const site = aSite();
    await ground.database.results.record([resultOf(site, 1, { verdict: "down", statusCode: 500 })]);
    await ground.database.results.record([resultOf(site, 5), resultOf(site, 3)]);
    await ground.database.results.record([resultOf(site, 2, { location: "elsewhere" })]);
    expect(
      await ground.sql("SELECT location, verdict, status_code FROM site_state ORDER BY location"),
    ).toEqual([
      { location: "elsewhere", verdict: "up", status_code: 200 },
      { location: "local", verdict: "down", status_code: 500 },
    ]);
  });

  test("a state from a slot days ahead, however it got there, gives way to the next result", async () => {
    const site = aSite();
    await ground.database.results.record([resultOf(site, 2)]);
    await ground.sql("UPDATE site_state SET slot = now() + interval '3 days'");
    await ground.database.results.record([resultOf(site, 1, { verdict: "down", statusCode: 500 })]);
    expect(await ground.sql("SELECT verdict, status_code FROM site_state")).toEqual([
      { verdict: "down", status_code: 500 },
    ]);
  });

  test("a result of an unknown site registers it, without putting it on the schedule", async () => {
    const site = aSite();
    await ground.database.results.record([
      resultOf(site, 1, { siteName: "found by its result", intervalMs: 5000 }),
      resultOf(site, 2, { siteName: "found by its result", intervalMs: 5000 }),
    ]);
    expect(await ground.database.sites.list()).toEqual([]);
    expect(await ground.sql("SELECT name, url, interval_ms, in_schedule FROM sites")).toEqual([
      { name: "found by its result", url: site.url, interval_ms: 5000, in_schedule: false },
    ]);
    expect(await ground.database.history.results({ site: "found by its result", limit: 5 })).toHaveLength(2);
  });

  test("a result of a known site leaves the site as it is", async () => {
    const site = aSite({ name: null });
    await ground.database.sites.save([site]);
    await ground.database.results.record([resultOf(site, 1, { siteName: "another name" })]);
    expect(await ground.database.sites.list()).toEqual([site]);
  });

  test("late results land in the partition and rollup of their day", async () => {
    const site = aSite();
    const late = resultOf(site, 100 * 24 * 60);
    expect(await ground.database.results.record([late, resultOf(site, 1)])).toEqual({ inserted: 2 });
    const [row] = await ground.sql(
      "SELECT tableoid::regclass::text AS partition FROM check_results ORDER BY slot",
    );
    expect(row?.partition).toBe(`check_results_${late.slot.slice(0, 10).replaceAll("-", "")}`);
    const days = await ground.sql("SELECT day::text, up FROM uptime_daily ORDER BY day LIMIT 1");
    expect(days).toEqual([{ day: late.slot.slice(0, 10), up: 1 }]);
  });

  test("a result the table can't hold is refused with its code, and nothing of its batch is written", async () => {
    const site = aSite();
    const impossible = resultOf(site, 1, { remoteAddress: "with\u0000zero" });
    const recording = ground.database.results.record([resultOf(site, 2), impossible]);
    await expect(recording).rejects.toMatchObject({ name: "RefusedError", code: "22021" });
    expect(await ground.sql("SELECT FROM check_results")).toEqual([]);
    expect(await ground.sql("SELECT FROM uptime_daily")).toEqual([]);
  });

  test("a number that its column can't hold is refused, and nothing of its batch is written", async () => {
    const site = aSite();
    const impossible = resultOf(site, 1, { intervalMs: 10_000_000_000 });
    const recording = ground.database.results.record([resultOf(site, 2), impossible]);
    await expect(recording).rejects.toMatchObject({ name: "RefusedError", code: "22003" });
    expect(await ground.sql("SELECT FROM check_results")).toEqual([]);
    expect(await ground.database.results.record([resultOf(site, 2)])).toEqual({ inserted: 1 });
  });

  test.each([
    ["largest", "9999-12-31T23:59:59.999Z", 999, 1000, 2 ** 40, DAY_MS, DAY_MS],
    ["smallest", "0001-01-01T00:00:00.000Z", 100, 0, 0, 1, 0],
  ])(
    "the %s values that a message may carry are stored and read again, whichever way they are written",
    async (_which, instant, statusCode, attempts, bytes, intervalMs, ms) => {
      const site = aSite();
      const result = resultOf(site, 2, {
        certificateExpiresAt: instant,
        checkedAt: instant,
        statusCode,
        attempts,
        bytes,
        intervalMs,
        responseTimeMs: ms,
        timings: { dnsMs: ms, connectMs: ms, tlsMs: ms, firstByteMs: ms, downloadMs: ms, totalMs: ms },
      });
      // All new: by COPY. With a known one among them: by INSERT.
      const again = { ...result, location: "elsewhere" };
      expect(await ground.database.results.record([result])).toEqual({ inserted: 1 });
      expect(await ground.database.results.record([result, again])).toEqual({ inserted: 1 });
      expect(await ground.database.history.results({ limit: 2 })).toEqual([again, result]);
    },
  );

  test("no results are no work", async () => {
    expect(await ground.database.results.record([])).toEqual({ inserted: 0 });
  });

  test("a person finds results by site id, name or URL, since an instant, newest first", async () => {
    const [shop, blog] = [aSite({ name: "shop" }), aSite()];
    await ground.database.sites.save([shop, blog]);
    const ofShop = [1, 2, 3].map((minutes) => resultOf(shop, minutes, { siteId: shop.id }));
    await ground.database.results.record([...ofShop, ...[1, 2].map((minutes) => resultOf(blog, minutes))]);
    const { history } = ground.database;
    for (const named of [shop.id, shop.id.toUpperCase(), "shop", shop.url, shop.url.replace(/\/$/, "")]) {
      expect(await history.results({ site: named, limit: 10 }), named).toEqual(ofShop);
    }
    expect(await history.results({ site: "shop", limit: 2 })).toEqual(ofShop.slice(0, 2));
    const sinceMs = Date.parse(ofShop[1]?.slot ?? "");
    expect(await history.results({ site: "shop", sinceMs, limit: 10 })).toEqual(ofShop.slice(0, 2));
    expect(await history.results({ limit: 10 })).toHaveLength(5);
    expect(await history.results({ site: "nobody", limit: 10 })).toEqual([]);
  });

  test("the original system's table is there as a view", async () => {
    const result = resultOf(aSite(), 1, {
      verdict: "down",
      statusCode: 500,
      responseTimeMs: 250,
      regexpMatched: false,
      error: { code: "status_unexpected", message: "status: expected 200-399, found 500" },
    });
    await ground.database.results.record([result]);
    expect(await ground.sql("SELECT * FROM site_monitor")).toEqual([
      {
        site_id: result.siteId,
        status_code: 500,
        response_time: 0.25,
        record_date: new Date(result.checkedAt),
        has_regexp: false,
        comments: "status: expected 200-399, found 500",
      },
    ]);
  });
}

// What a server keeps of all sites, against what one that has just started reads.
import { expect, onTestFinished, test } from "vitest";
import { SUMMARY_HOURS } from "../../../../src/contract/api/sites/sites.ts";
import { sharedPostgres } from "../../../harness/shared.ts";
import { openedAt, plainSql } from "../ground.ts";
import { aSite, resultOf } from "../repository/ground.ts";

test("after every kind of change, also by another process or by hand, it shows what a new server reads", async () => {
  const created = await sharedPostgres().createDatabase();
  onTestFinished(() => created.drop());
  const [kept, other, sql] = [
    await openedAt(created.url),
    await openedAt(created.url),
    await plainSql(created.url),
  ];
  await kept.migrate();
  const [shop, blog] = [aSite(), aSite({ tags: ["eu"] })];
  const error = { code: "connect_refused" as const, message: "nobody listens" };
  const down = { verdict: "down" as const, responseTimeMs: null, error };
  const changes: readonly (() => Promise<unknown>)[] = [
    () => other.sites.save([shop, blog]),
    () => other.results.record([resultOf(shop, 3), resultOf(blog, 3, { location: "far" })]),
    () => other.results.record([resultOf(shop, 2, down), resultOf(shop, 1, down), resultOf(blog, 1)]),
    () => sql("UPDATE sites SET enabled = false, interval_ms = 30000"),
    () => other.sites.save([shop]),
    () => other.results.record([resultOf(shop, 0, { responseTimeMs: 5 })]),
    () => other.results.record([resultOf(aSite(), 1)]),
    () => other.sites.remove(blog.id),
    () => sql(`DELETE FROM sites WHERE id = '${blog.id}'`),
  ];
  for (const [index, change] of changes.entries()) {
    await change();
    const nowMs = Date.now();
    const fresh = await openedAt(created.url);
    const expected = await fresh.overview.sites(nowMs);
    expect(await kept.overview.sites(nowMs), `change ${index}`).toEqual(expected);
  }
  const sites = await kept.overview.sites(Date.now());
  expect(sites.map(({ summary }) => summary.day.length)).toEqual([SUMMARY_HOURS, SUMMARY_HOURS]);
  // Nothing changed: nothing is computed again.
  expect(await kept.overview.sites(Date.now())).toBe(sites);
});

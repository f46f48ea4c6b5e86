// The numbers of a status page: worked out by hand for a week with everything that makes counting hard, and counted again
// from the single results of a generated history. On real PostgreSQL.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { viewStatusPage } from "../../../../src/apps/operations/status-pages/viewing.ts";
import { maintenanceWindowSchema } from "../../../../src/contract/alerting/maintenance-window.ts";
import type { CheckResult } from "../../../../src/contract/checks/check-result.ts";
import { defineSite } from "../../../../src/contract/checks/site.ts";
import { statusPageSchema } from "../../../../src/contract/settings/status-page.ts";
import type { Database } from "../../../../src/core/database.ts";
import { dueSlots, type SchedulePeriod } from "../../../../src/core/reporting/due-slots.ts";
import type { SiteView } from "../../../../src/core/status-pages/page-view.ts";
import { openPostgres } from "../../../../src/services/postgres/database.ts";
import { summary } from "../../../../src/web/status-page/feeds/summary.ts";
import { renderStatusPage } from "../../../../src/web/status-page/rendering/page.ts";
import { linksOf } from "../../../../src/web/status-page/serving/paths.ts";
import { aResult } from "../../../contract/a-result.ts";
import { sharedPostgres } from "../../../harness/shared.ts";
import { plainSql, settingsOf } from "../../../services/postgres/ground.ts";
import { quietLog } from "../../../services/postgres/quiet-log.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const at = (text: string): number => Date.parse(`2026-${text}Z`);

const verdicts = ["up", "degraded", "down"] as const;

const site = defineSite({ url: "https://shop.example/", name: "Shop" });
const page = statusPageSchema.parse({
  slug: "shop",
  title: "Shop",
  days: 7,
  groups: [{ sites: [{ site: "Shop" }] }],
});
// Clocks in Berlin went back an hour on the first day of the page: 03:00 there was 01:00 in UTC before, and is 02:00 since.
const windows = [
  maintenanceWindowSchema.parse({
    name: "Backup",
    start: "2026-10-21T03:00",
    duration: "2h",
    timezone: "Europe/Berlin",
    rrule: "FREQ=WEEKLY",
  }),
];

let database: Database;
let url: string;
let drop: () => Promise<void>;

beforeAll(async () => {
  const created = await sharedPostgres().createDatabase();
  ({ url, drop } = created);
  database = await openPostgres({ settings: settingsOf(url), log: quietLog });
  await database.migrate();
});

afterAll(async () => {
  await database.close();
  await drop();
});

beforeEach(async () => {
  const sql = await plainSql(url);
  await sql(
    "TRUNCATE sites, site_schedules, check_results, uptime_hourly, uptime_daily, site_state, incidents CASCADE",
  );
});

async function scheduled(periods: readonly SchedulePeriod[]): Promise<void> {
  await database.sites.save([site]);
  const sql = await plainSql(url);
  const rows = periods.map(({ fromMs, toMs, intervalMs, paused }) => {
    const instants = [fromMs, toMs].map((ms) => (ms === null ? "NULL" : `to_timestamp(${ms / 1000})`));
    return `('${site.id}', ${instants.join(", ")}, ${intervalMs}, ${paused})`;
  });
  await sql("DELETE FROM site_schedules");
  await sql(
    `INSERT INTO site_schedules (site_id, valid_from, valid_to, interval_ms, paused) VALUES ${rows.join(", ")}`,
  );
}

const resultAt = (slotMs: number, rest: Partial<CheckResult> = {}): CheckResult =>
  aResult({ siteId: site.id, url: site.url, slot: new Date(slotMs).toISOString(), ...rest });

async function viewAt(nowMs: number, maintenance = windows) {
  const clock = { now: () => nowMs, monotonicMs: () => 0, sleep: async () => {} };
  return await viewStatusPage({ database, configuration: { maintenance }, clock }, page);
}

async function shownAt(nowMs: number, maintenance = windows): Promise<SiteView> {
  const view = await viewAt(nowMs, maintenance);
  return view.groups[0]?.sites[0] ?? expect.fail("the page shows no site");
}

test("a week with a gap, a day without results, a new interval, a pause and maintenance has the numbers worked out by hand", async () => {
  const schedule: readonly SchedulePeriod[] = [
    { fromMs: at("10-01T00:00"), toMs: at("10-28T00:00"), intervalMs: 30 * MINUTE_MS, paused: false },
    { fromMs: at("10-28T00:00"), toMs: at("10-30T00:00"), intervalMs: HOUR_MS, paused: false },
    { fromMs: at("10-30T00:00"), toMs: at("10-30T12:00"), intervalMs: HOUR_MS, paused: true },
    { fromMs: at("10-30T12:00"), toMs: null, intervalMs: HOUR_MS, paused: false },
  ];
  await scheduled(schedule);
  const between = (from: string, to: string): readonly number[] =>
    dueSlots(site.id, schedule, { fromMs: at(from), toMs: at(to), most: 1000 });
  const ups = (from: string, to: string) => between(from, to).map((slot) => resultAt(slot));
  const downs = (from: string, to: string) =>
    between(from, to).map((slot) => resultAt(slot, { verdict: "down" }));
  await database.results.record([
    ...ups("10-25T00:00", "10-26T00:00"), // 48 of 48
    ...ups("10-26T00:00", "10-26T04:30"), // 9
    ...downs("10-26T04:30", "10-26T06:00"), // 3
    ...ups("10-26T12:00", "10-27T00:00"), // 24: 36 of 48, after a gap of 6 hours
    // 27 October: nothing of 48
    ...ups("10-28T00:00", "10-28T02:00"), // 2
    ...downs("10-28T02:00", "10-28T04:00"), // 2, in maintenance
    ...between("10-28T04:00", "10-28T05:00").map((slot) => resultAt(slot, { verdict: "degraded" })), // 1
    ...ups("10-28T05:00", "10-29T00:00"), // 19: 24 of 24
    ...ups("10-29T00:00", "10-30T00:00"), // 24 of 24
    ...ups("10-30T12:00", "10-31T00:00"), // 12 of 12
    ...ups("10-31T00:00", "10-31T12:00"), // 12 of 12
  ]);
  const view = await viewAt(at("10-31T12:01"));
  const shown = view.groups[0]?.sites[0];
  expect(shown?.days.map(({ standing, uptime, coverage }) => [standing, uptime, coverage])).toEqual([
    ["operational", 1, 1],
    ["down", 33 / 36, 36 / 48],
    ["gap", null, 0],
    ["degraded", 1, 1],
    ["operational", 1, 1],
    ["operational", 1, 1],
    ["operational", 1, 1],
  ]);
  // 48 + 36 + 0 + 22 + 24 + 12 + 12 results outside maintenance, 3 of them down; 48 + 36 + 0 + 24 + 24 + 12 + 12 slots
  // observed, of 48 + 48 + 48 + 24 + 24 + 12 + 12.
  expect([shown?.uptime, shown?.coverage]).toEqual([151 / 154, 156 / 216]);
  const html = renderStatusPage({ view, links: linksOf(page, "", ""), stale: false });
  expect(html).toMatch(/98\.05\s?% up.*72\.22\s?% observed/);
  expect(summary(view, "https://status.shop.example")).toMatchObject({
    components: [{ uptime: 151 / 154, coverage: 156 / 216 }],
  });
});

test("what is under way is no gap, and what did not come is one", async () => {
  const schedule = [{ fromMs: at("10-01T00:00"), toMs: null, intervalMs: MINUTE_MS, paused: false }];
  await scheduled(schedule);
  const nowMs = at("10-31T12:00");
  const slots = dueSlots(site.id, schedule, { fromMs: at("10-25T00:00"), toMs: nowMs, most: 20_000 });
  await database.results.record(slots.slice(0, -1).map((slot) => resultAt(slot)));
  expect((await shownAt(nowMs)).coverage).toBe(1);
  expect((await shownAt(nowMs + 5 * MINUTE_MS)).coverage).toBeCloseTo(
    (slots.length - 1) / (slots.length + 4),
    10,
  );
});

test("a generated history is counted as its single results are", async () => {
  const schedule = [{ fromMs: at("10-01T00:00"), toMs: null, intervalMs: 10 * MINUTE_MS, paused: false }];
  await scheduled(schedule);
  const slots = dueSlots(site.id, schedule, {
    fromMs: at("10-25T00:00"),
    toMs: at("11-01T00:00"),
    most: 5000,
  });
  // Numerical Recipes' generator: the same history in each run.
  let state = 7;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const results = slots
    .filter(() => random(5) > 0)
    .map((slot) => resultAt(slot, { verdict: verdicts[random(verdicts.length)] ?? "up" }));
  await database.results.record(results);
  const shown = await shownAt(at("11-01T00:00") - 1, []);
  const raw = await (await plainSql(url))(
    `SELECT floor(extract(epoch FROM slot) / 86400)::int AS day, count(*)::int AS results,
       count(*) FILTER (WHERE verdict <> 'down')::int AS good FROM check_results GROUP BY 1 ORDER BY 1`,
  );
  expect(shown.days.map(({ startMs, uptime }) => [startMs / DAY_MS, uptime])).toEqual(
    raw.map(({ day, results: count, good }) => [day, Number(good) / Number(count)]),
  );
  const good = results.filter(({ verdict }) => verdict !== "down").length;
  expect([shown.uptime, shown.coverage]).toEqual([good / results.length, results.length / slots.length]);
});

// The report of October 2026 in Berlin, in which clocks go back: its numbers against a history worked out by hand, and
// against a recount of every result by plain SQL.
import { randomUUID } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readUptimeReport } from "../../../../src/apps/operations/reports/uptime-report.ts";
import type { CheckResult } from "../../../../src/contract/checks/check-result.ts";
import { defineSite, type Site } from "../../../../src/contract/checks/site.ts";
import { configurationSchema } from "../../../../src/contract/settings/configuration.ts";
import type { Database } from "../../../../src/core/database.ts";
import { openPostgres } from "../../../../src/services/postgres/database.ts";
import { aResult } from "../../../contract/a-result.ts";
import { sharedPostgres } from "../../../harness/shared.ts";
import { settingsOf } from "../../../services/postgres/ground.ts";
import { quietLog } from "../../../services/postgres/quiet-log.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const at = (instant: string) => Date.parse(`2026-${instant}Z`);

// Local midnight is 22:00 UTC in summer and 23:00 UTC in winter.
const [FROM, TO] = [at("09-30T22:00"), at("10-31T23:00")];
/** Four Sundays 02:40 to 03:50 in Berlin; on the 25th, 02:40 comes twice and the first is meant. */
const BACKUPS = ["10-04T00:40", "10-11T00:40", "10-18T00:40", "10-25T00:40"].map(at);
const BACKUP_MS = 70 * MINUTE_MS;
const isBackup = (slotMs: number) => BACKUPS.some((start) => slotMs >= start && slotMs < start + BACKUP_MS);

let database: Database;
let drop: () => Promise<void>;
let client: pg.Client;
const sql = async (statement: string) => (await client.query<Record<string, unknown>>(statement)).rows;

beforeAll(async () => {
  const created = await sharedPostgres().createDatabase();
  database = await openPostgres({ settings: settingsOf(created.url), log: quietLog });
  client = new pg.Client({ connectionString: created.url });
  await client.connect();
  drop = created.drop;
  await database.migrate();
});

afterAll(async () => {
  await client.end();
  await database.close();
  await drop();
});

const configuration = configurationSchema.parse({
  maintenance: [
    {
      name: "backup",
      start: "2026-10-04T02:40",
      duration: "70m",
      timezone: "Europe/Berlin",
      rrule: "FREQ=WEEKLY;BYDAY=SU;COUNT=4",
      tags: ["backed up"],
    },
  ],
  objectives: [{ objective: "99.9 %" }, { objective: "99 %", tags: ["backed up"] }],
});

const report = (given: object, nowMs = at("11-20T00:00")) => {
  const clock = { now: () => nowMs, monotonicMs: () => 0, sleep: async () => {} };
  return readUptimeReport(
    { database, configuration, clock },
    { month: "2026-10", timezone: "Europe/Berlin", by: "site", visibleTags: null, ...given },
  );
};

/** Every 15 minutes until the 20th at 12:00 UTC, every 30 from then on; paused for the whole of the 8th and 9th (UTC). */
async function aSiteWithHistory(): Promise<Site> {
  const site = defineSite({ url: `https://${randomUUID()}.example/`, name: "Shop", tags: ["backed up"] });
  await database.sites.save([{ ...site, intervalMs: 15 * MINUTE_MS }]);
  const period = (from: string, to: string | null, minutes: number, paused: boolean) =>
    `('${site.id}', '2026-${from}Z', ${to === null ? "NULL" : `'2026-${to}Z'`}, ${minutes * MINUTE_MS}, ${paused})`;
  await sql(`
    DELETE FROM site_schedules WHERE site_id = '${site.id}';
    INSERT INTO site_schedules (site_id, valid_from, valid_to, interval_ms, paused) VALUES
      ${period("09-01T00:00", "10-08T00:00", 15, false)}, ${period("10-08T00:00", "10-10T00:00", 15, true)},
      ${period("10-10T00:00", "10-20T12:00", 15, false)}, ${period("10-20T12:00", null, 30, false)}`);
  return site;
}

describe("the month in which clocks go back", () => {
  let site: Site;

  beforeAll(async () => {
    site = await aSiteWithHistory();
    const { dueSlots } = await import("../../../../src/core/reporting/due-slots.ts");
    const schedule = await database.records.schedule(site.id, 0);
    const slots = dueSlots(site.id, schedule, {
      fromMs: at("09-29T00:00"),
      toMs: at("11-02T00:00"),
      most: 10_000,
    });
    const results: CheckResult[] = [];
    for (const slotMs of slots) {
      // Nobody looked for ten hours of the 13th.
      if (slotMs >= at("10-13T06:00") && slotMs < at("10-13T16:00")) continue;
      // Down from 00:00 to 04:00 on the 11th, for maintenance from 00:40 to 01:50, and for three hours on the 22nd.
      const isDown =
        (slotMs >= at("10-11T00:00") && slotMs < at("10-11T04:00")) ||
        (slotMs >= at("10-22T10:00") && slotMs < at("10-22T13:00"));
      const slot = new Date(slotMs).toISOString();
      const common = { siteId: site.id, url: site.url, slot, checkedAt: slot };
      results.push(
        aResult({
          ...common,
          ...(isDown
            ? { verdict: "down", responseTimeMs: null }
            : { responseTimeMs: isBackup(slotMs) ? 5000 : 100 }),
        }),
      );
      // A second location from the 15th on, which sees everything up.
      if (slotMs >= at("10-15T00:00"))
        results.push(aResult({ ...common, location: "far", responseTimeMs: 200 }));
    }
    await database.results.record(results);
    await sql(`
      DELETE FROM incidents;
      INSERT INTO incidents (id, site_id, kind, severity, state, since, opened_at, flapping, good_since, resolved_at) VALUES
        (gen_random_uuid(), '${site.id}', 'site', 'down', 'resolved', '2026-10-11T00:00Z', '2026-10-11T00:15Z', false, '2026-10-11T04:00Z', '2026-10-11T04:15Z'),
        (gen_random_uuid(), '${site.id}', 'site', 'down', 'resolved', '2026-10-22T10:00Z', '2026-10-22T10:30Z', false, '2026-10-22T13:00Z', '2026-10-22T13:30Z'),
        (gen_random_uuid(), '${site.id}', 'site', 'down', 'resolved', '2026-10-18T00:45Z', '2026-10-18T00:45Z', false, '2026-10-18T01:45Z', '2026-10-18T01:45Z'),
        (gen_random_uuid(), '${site.id}', 'site', 'degraded', 'resolved', '2026-10-05T00:00Z', '2026-10-05T00:15Z', false, '2026-10-05T04:00Z', '2026-10-05T04:15Z')`);
  });

  test("has the numbers that were worked out by hand", async () => {
    const { items, fromAt, toAt, total } = await report({});
    expect([fromAt, toAt]).toEqual(["2026-09-30T22:00:00.000Z", "2026-10-31T23:00:00.000Z"]);
    const [row] = items;
    // 745 hours. Until the 20th, 12:00: 470 h − 48 h paused = 422 h · 4 = 1688. From then on: 275 h · 2 = 550.
    const due = 1688 + 550;
    // 70 minutes on four Sundays: three of them at 15 minutes have 4 or 5 slots each, that of the 25th 2 or 3.
    const excluded = row?.resultsInMaintenance ?? 0;
    // Two outages outside maintenance: 4 h − 70 min, and 3 h. That of the 18th lies in maintenance as a whole.
    const downMs = 4 * HOUR_MS - BACKUP_MS + 3 * HOUR_MS;
    expect(row).toMatchObject({
      label: "Shop",
      sites: 1,
      coverage: Math.floor(((due - 40) / due) * 1e6) / 1e6,
      maintenanceMs: 4 * BACKUP_MS,
      maintenanceNotExcludedMs: 0,
      outages: 2,
      downMs,
      longestOutageMs: 3 * HOUR_MS,
      meanTimeToRecoveryMs: downMs / 2,
      objective: 0.99,
      isMet: true,
    });
    // Of the time that was planned: 745 h − 48 h − 4 h 40 min.
    expect(row?.budgetMs).toBe(Math.round(0.01 * (697 * HOUR_MS - 4 * BACKUP_MS)));
    // From the 15th on at two locations.
    expect(excluded).toBeGreaterThanOrEqual(2 * 4 + 2 * (4 + 2));
    expect(excluded).toBeLessThanOrEqual(2 * 5 + 2 * (5 + 3));
    expect(row?.p95Ms).toBeGreaterThan(190);
    // The 5,000 ms of the backups are left out.
    expect(row?.p99Ms).toBeLessThan(210);
    expect(total).toMatchObject({ uptime: row?.uptime, objective: 0.999 });
  });

  test.for([
    ["Europe/Berlin", FROM, TO],
    ["UTC", at("10-01T00:00"), at("11-01T00:00")],
    // Half an hour off the hours that are counted.
    ["Asia/Kolkata", at("09-30T18:30"), at("10-31T18:30")],
  ] as const)("equals a recount of every result in %s", async ([timezone, fromMs, toMs]) => {
    const { items } = await report({ timezone });
    const inBackup = BACKUPS.map((start) => {
      const [from, to] = [start, start + BACKUP_MS].map((instant) => new Date(instant).toISOString());
      return `slot >= '${from}' AND slot < '${to}'`;
    }).join(" OR ");
    const [recount] = await sql(`
      SELECT count(*)::integer AS results, (count(*) FILTER (WHERE ${inBackup}))::integer AS excluded,
        (count(*) FILTER (WHERE verdict <> 'down'))::double precision / count(*) AS whole,
        (count(*) FILTER (WHERE verdict <> 'down' AND NOT (${inBackup})))::double precision
          / count(*) FILTER (WHERE NOT (${inBackup})) AS uptime
      FROM check_results WHERE site_id = '${site.id}'
        AND slot >= '${new Date(fromMs).toISOString()}' AND slot < '${new Date(toMs).toISOString()}'`);
    expect(items[0]).toMatchObject({
      results: recount?.results,
      resultsInMaintenance: recount?.excluded,
      uptime: expect.closeTo(Number(recount?.uptime), 5),
      uptimeWithMaintenance: expect.closeTo(Number(recount?.whole), 5),
    });
    expect(Number(recount?.uptime)).toBeGreaterThan(Number(recount?.whole));
  });

  test("is counted until now while it lasts", async () => {
    const nowMs = at("10-10T12:20");
    const { items, untilAt } = await report({}, nowMs);
    expect(untilAt).toBe("2026-10-10T12:20:00.000Z");
    const [row] = items;
    expect(row).toMatchObject({ maintenanceMs: BACKUP_MS, coverage: 1, outages: 0 });
    // The whole month's budget, of which maintenance to come is left out already.
    expect(row?.budgetMs).toBe(Math.round(0.01 * (697 * HOUR_MS - 4 * BACKUP_MS)));
  });

  test("is told by tag, by group, of chosen sites, and to people who may see them", async () => {
    expect((await report({ by: "tag" })).items).toMatchObject([
      { key: "backed up", sites: 1, objective: 0.99 },
    ]);
    expect((await report({ by: "group" })).items).toEqual([]);
    expect((await report({ objective: 0.5 })).items).toMatchObject([{ objective: 0.5, isMet: true }]);
    expect((await report({ site: ["Shop"], tag: ["backed up"] })).items).toHaveLength(1);
    expect((await report({ visibleTags: ["other"] })).items).toEqual([]);
    await expect(report({ visibleTags: ["other"], site: ["Shop"] })).rejects.toThrow(
      /site is "Shop": there is no such/,
    );
    await expect(report({ month: "2026-13" })).rejects.toThrow('month is "2026-13": must look like 2026-10');
    await expect(report({ month: "2027-01" })).rejects.toThrow(/in the future/);
  });
});

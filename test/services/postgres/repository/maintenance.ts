import { beforeEach, expect, test } from "vitest";
import { DAY_MS } from "../../../../src/contract/duration.ts";
import { aSite, type Ground, resultOf } from "./ground.ts";

const policy = { keepResultsMs: 30 * DAY_MS, keepHourlyMs: 60 * DAY_MS, keepDailyMs: 400 * DAY_MS };

export function maintenanceTests(ground: Ground): void {
  // Partitions that other tests made long ago, as it were.
  beforeEach(async () => {
    await ground.database.maintenance.maintain(policy, inTwoDays());
    await ground.sql("TRUNCATE result_retention");
  });
  const partitions = async (): Promise<string[]> => {
    const rows = await ground.sql(
      `SELECT inhrelid::regclass::text AS name FROM pg_inherits
       WHERE inhparent = 'check_results'::regclass ORDER BY name`,
    );
    return rows.map(({ name }) => String(name));
  };
  const partitionOf = (slot: string): string => `check_results_${slot.slice(0, 10).replaceAll("-", "")}`;
  const inTwoDays = (): number => Date.now() + 2 * DAY_MS;

  test("partitions of the coming days are made ahead, once", async () => {
    const nowMs = Date.now() + 40 * DAY_MS;
    const first = await ground.database.maintenance.maintain(policy, nowMs);
    expect(first.created).toBeGreaterThan(0);
    expect(await partitions()).toContain(partitionOf(new Date(nowMs + 7 * DAY_MS).toISOString()));
    expect(await ground.database.maintenance.maintain(policy, nowMs)).toMatchObject({ created: 0 });
  });

  test("what is too old is dropped a whole partition at a time; what was counted of it stays counted", async () => {
    const site = aSite();
    const [old, recent] = [resultOf(site, 40 * 24 * 60), resultOf(site, 5)];
    await ground.database.results.record([old, recent]);
    const { dropped } = await ground.database.maintenance.maintain(policy, inTwoDays());
    expect(dropped).toBeGreaterThan(0);
    expect(await partitions()).not.toContain(partitionOf(old.slot));
    expect(await ground.database.history.results({ limit: 5 })).toEqual([recent]);
    expect(await ground.sql("SELECT sum(up)::integer AS up FROM uptime_daily")).toEqual([{ up: 2 }]);
  });

  test("a replay after retention adds nothing: dropped results are acknowledged and not counted again", async () => {
    const site = aSite();
    const [old, recent] = [resultOf(site, 41 * 24 * 60), resultOf(site, 5)];
    await ground.database.results.record([old, recent]);
    await ground.database.maintenance.maintain(policy, inTwoDays());
    const other = resultOf(site, 41 * 24 * 60, { location: "never seen" });
    expect(await ground.database.results.record([old, other, recent])).toEqual({ inserted: 0 });
    expect(await ground.sql("SELECT sum(up)::integer AS up FROM uptime_daily")).toEqual([{ up: 2 }]);
    expect(await ground.database.history.results({ limit: 5 })).toEqual([recent]);
  });

  test("a partition of an absurd day stops nothing: it is dropped first, and the others after it", async () => {
    const site = aSite();
    await ground.database.results.record([resultOf(site, 40 * 24 * 60)]);
    await ground.sql("SELECT ensure_partition('check_results', '0001-01-01')");
    const { dropped } = await ground.database.maintenance.maintain(policy, Date.now());
    expect(dropped).toBeGreaterThanOrEqual(2);
    expect(
      (await partitions()).filter((name) => name < partitionOf(resultOf(site, 31 * 24 * 60).slot)),
    ).toEqual([]);
  });

  test("a replay of dropped results makes no partitions for them", async () => {
    const site = aSite();
    const old = resultOf(site, 42 * 24 * 60);
    await ground.database.results.record([old]);
    await ground.database.maintenance.maintain(policy, inTwoDays());
    const another = resultOf(site, 80 * 24 * 60);
    expect(await ground.database.results.record([old, another])).toEqual({ inserted: 0 });
    expect(await partitions()).not.toContain(partitionOf(old.slot));
    expect(await partitions()).not.toContain(partitionOf(another.slot));
  });

  test("rollups go a month at a time when their own time has come", async () => {
    const site = aSite();
    await ground.database.results.record([10, 100, 500].map((days) => resultOf(site, days * 24 * 60)));
    await ground.database.maintenance.maintain(policy, Date.now());
    const count = async (table: string) =>
      (await ground.sql(`SELECT count(*)::integer AS count FROM ${table}`))[0]?.count;
    expect(await count("uptime_hourly")).toBe(1);
    expect(await count("uptime_daily")).toBe(2);
  });
}

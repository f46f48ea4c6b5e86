// Partitions with several users and sessions at work: who may make and drop them, and who waits for whom.

import pg from "pg";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { DAY_MS } from "../../../../src/contract/duration.ts";
import { eventually } from "../../../harness/eventually.ts";
import type { TestDatabase } from "../../../harness/postgres/postgres-database.ts";
import { sharedPostgres } from "../../../harness/shared.ts";
import { openedAt, plainSql } from "../ground.ts";
import { aSite, resultOf } from "../repository/ground.ts";

const policy = { keepResultsMs: 30 * DAY_MS, keepHourlyMs: 400 * DAY_MS, keepDailyMs: 400 * DAY_MS };
const OLD_MINUTES = 40 * 24 * 60;

const WAITING_DROPS = `
  SELECT pid FROM pg_stat_activity
  WHERE datname = current_database() AND query LIKE 'ALTER TABLE%DETACH%' AND wait_event_type = 'Lock'`;

let server: TestDatabase;

beforeAll(async () => {
  server = await sharedPostgres().createDatabase();
  return () => server.drop();
});

test("a consumer whose user owns nothing records, also late results; the owner drops what is past retention", async () => {
  const owner = await openedAt(server.url, { schema: "owned" });
  await owner.migrate();
  const sql = await plainSql(server.url);
  await sql(`
    CREATE ROLE recorder LOGIN PASSWORD 'recorder-secret';
    GRANT USAGE ON SCHEMA owned TO recorder;
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA owned TO recorder;
    GRANT EXECUTE ON FUNCTION owned.ensure_partition TO recorder`);
  onTestFinished(async () => {
    await sql("DROP OWNED BY recorder; DROP ROLE recorder");
  });
  const recorder = await openedAt(server.url, {
    schema: "owned",
    user: "recorder",
    password: "recorder-secret",
  });
  const [site, nowMs] = [aSite(), Date.now()];
  const old = resultOf(site, OLD_MINUTES);
  expect(await recorder.results.record([resultOf(site, 1), old])).toEqual({ inserted: 2 });
  const name = `check_results_${old.slot.slice(0, 10).replaceAll("-", "")}`;
  expect(await recorder.maintenance.maintain(policy, nowMs)).toMatchObject({
    dropped: 0,
    postponed: [{ partition: name, reason: "this database user does not own it" }],
  });
  expect(await owner.maintenance.maintain(policy, nowMs)).toEqual({ created: 0, dropped: 1, postponed: [] });
  expect(await owner.history.results({ limit: 5 })).toHaveLength(1);
});

test("while somebody reads for long, dropping waits and recording does not", async () => {
  const database = await openedAt(server.url, { schema: "busy" });
  await database.migrate();
  const site = aSite();
  await database.results.record([resultOf(site, OLD_MINUTES), resultOf(site, 2)]);
  const reader = await aReader("busy");
  const dropping = database.maintenance.maintain(policy, Date.now());
  const sql = await plainSql(server.url);
  await eventually("the drop waits for the reader", async () => (await sql(WAITING_DROPS)).length === 1);
  expect(await database.results.record([resultOf(site, 1)])).toEqual({ inserted: 1 });
  expect(await database.history.results({ limit: 5 })).toHaveLength(2);
  await reader.query("COMMIT");
  expect(await dropping).toMatchObject({ dropped: 1, postponed: [] });
});

test("a drop that was interrupted half-way is finished by the next upkeep", async () => {
  const database = await openedAt(server.url, { schema: "halfway" });
  await database.migrate();
  const site = aSite();
  await database.results.record([resultOf(site, OLD_MINUTES), resultOf(site, 2)]);
  const reader = await aReader("halfway");
  const dropping = database.maintenance.maintain(policy, Date.now());
  dropping.catch(() => {});
  const sql = await plainSql(server.url);
  await eventually("the drop waits for the reader", async () => (await sql(WAITING_DROPS)).length === 1);
  await sql(`SELECT pg_cancel_backend(pid) FROM (${WAITING_DROPS}) AS waiting`);
  await expect(dropping).rejects.toThrow();
  await reader.query("COMMIT");
  expect(await database.maintenance.maintain(policy, Date.now())).toMatchObject({
    dropped: 1,
    postponed: [],
  });
  expect(await database.history.results({ limit: 5 })).toHaveLength(1);
});

/** A session in a transaction that has read `check_results`. */
async function aReader(schema: string): Promise<pg.Client> {
  const reader = new pg.Client({ connectionString: server.url });
  await reader.connect();
  onTestFinished(() => reader.end());
  await reader.query(`BEGIN; SELECT count(*) FROM ${schema}.check_results`);
  return reader;
}

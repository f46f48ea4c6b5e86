import { readdirSync } from "node:fs";
import { expect, onTestFinished, test } from "vitest";
import { openPostgres } from "../../../src/services/postgres/database.ts";
import { eventually } from "../../harness/eventually.ts";
import { sharedPostgres } from "../../harness/shared.ts";
import { anEvent } from "./events.ts";
import { openedAt, plainSql, settingsOf } from "./ground.ts";
import { quietLog } from "./quiet-log.ts";
import { resultOf } from "./repository/ground.ts";

const MIGRATIONS = readdirSync(new URL("../../../migrations", import.meta.url))
  .map((file) => file.replace(".sql", ""))
  .sort();

async function anEmptyDatabase(): Promise<string> {
  const database = await sharedPostgres().createDatabase();
  onTestFinished(database.drop);
  return database.url;
}

test("an empty database gets every migration, in order, and a second time none", async () => {
  const database = await openedAt(await anEmptyDatabase());
  expect(await database.migrate()).toEqual(MIGRATIONS);
  expect(await database.migrate()).toEqual([]);
});

test("several processes may migrate at the same time: one does it, all find it done", async () => {
  const url = await anEmptyDatabase();
  const databases = await Promise.all(Array.from({ length: 6 }, () => openedAt(url)));
  const applied = await Promise.all(databases.map((database) => database.migrate()));
  expect(applied.filter((names) => names.length > 0)).toHaveLength(1);
  await Promise.all(databases.map((database) => database.sites.list()));
});

test("the tables may live in a schema of their own, which is made where it is missing", async () => {
  const url = await anEmptyDatabase();
  const [own, other] = [await openedAt(url, { schema: "monitoring" }), await openedAt(url)];
  await own.migrate();
  await other.migrate();
  await own.results.record([resultOf({ url: "https://example.org/" }, 1)]);
  await own.outbox.append([anEvent()]);
  expect(await own.history.results({ limit: 5 })).toHaveLength(1);
  expect(await other.history.results({ limit: 5 })).toEqual([]);
  const sql = await plainSql(url);
  // An application that knows nothing of our search_path.
  await sql("INSERT INTO monitoring.outbox (topic_name, payload) VALUES ('orders', '{}')");
  await sql("INSERT INTO monitoring.sites (url) VALUES ('https://plain.example/')");
  await sql("CREATE SCHEMA shop");
  await sql("SELECT monitoring.create_outbox('shop.outbox')");
  await sql("INSERT INTO shop.outbox (topic_name, payload) VALUES ('orders', '{}')");
  expect(await own.outboxQueue({ afterParked: "wait" }).backlog()).toMatchObject({ unpublished: 2 });
  expect(await sql("SELECT count(*)::integer AS count FROM monitoring.site_schedules")).toEqual([
    { count: 1 },
  ]);
});

test("a role that may use a schema need not be allowed to make one", async () => {
  const url = await anEmptyDatabase();
  const sql = await plainSql(url);
  const name = `plain_${new URL(url).pathname.slice(-8)}`;
  await sql(`CREATE ROLE ${name} LOGIN PASSWORD 'plain-secret'`);
  onTestFinished(async () => {
    await sql(`DROP OWNED BY ${name}; DROP ROLE ${name}`);
  });
  await sql(`CREATE SCHEMA own AUTHORIZATION ${name}`);
  const settings = settingsOf(url, { schema: "own", user: name, password: "plain-secret" });
  const database = await openPostgres({ settings, log: quietLog });
  expect(await database.migrate()).toEqual(MIGRATIONS);
  await database.results.record([resultOf({ url: "https://example.org/" }, 1)]);
  expect(
    await database.maintenance.maintain(
      { keepResultsMs: 1e10, keepHourlyMs: 1e10, keepDailyMs: 1e10 },
      Date.now(),
    ),
  ).toMatchObject({ dropped: 0 });
  await database.close();
});

test("a database that is newer than the program is refused with what to do", async () => {
  const url = await anEmptyDatabase();
  const database = await openedAt(url);
  await database.migrate();
  const sql = await plainSql(url);
  await sql("INSERT INTO migrations (name, checksum) VALUES ('9999_from_the_future', 'x')");
  await expect(database.migrate()).rejects.toMatchObject({ name: "FailureError" });
  await expect(database.migrate()).rejects.toThrow(
    /is newer than this program: it has the migration 9999_from_the_future\. Upgrade Sitewire/,
  );
});

test("a migration that was another one when it was applied is refused by name", async () => {
  const url = await anEmptyDatabase();
  const database = await openedAt(url);
  await database.migrate();
  const sql = await plainSql(url);
  await sql("UPDATE migrations SET checksum = 'edited' WHERE name = '0002_outbox'");
  await expect(database.migrate()).rejects.toThrow(/another edition of the migration 0002_outbox/);
});

test("a migration takes as long as it needs, and the log tells which one runs on tables that exist", async () => {
  const url = await anEmptyDatabase();
  const sql = await plainSql(url);
  // Fails wherever the server would end a statement that takes long.
  await sql(`CREATE FUNCTION refuse_limits() RETURNS event_trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF current_setting('statement_timeout') <> '0' THEN
        RAISE 'limited to %', current_setting('statement_timeout');
      END IF;
    END $$`);
  await sql("CREATE EVENT TRIGGER refuse_limits ON ddl_command_start EXECUTE FUNCTION refuse_limits()");
  const lines: unknown[] = [];
  const log = { ...quietLog, info: (...line: unknown[]) => lines.push(line) };
  const database = await openPostgres({ settings: settingsOf(url), log });
  onTestFinished(() => database.close());
  const applied = await database.migrate();
  expect(lines.splice(0)).toEqual([[{ migrations: applied.length }, "tables created"]]);
  // As a database of an earlier version.
  await sql("DROP TABLE idempotency_keys");
  await sql("DELETE FROM migrations WHERE name = '0010_idempotency'");
  expect(await database.migrate()).toEqual(["0010_idempotency"]);
  expect(lines).toEqual([[{ migration: "0010_idempotency", position: 1, of: 1 }, "migration started"]]);
});

test("while one process migrates the others wait, however long that takes", async () => {
  const url = await anEmptyDatabase();
  const sql = await plainSql(url);
  await sql("BEGIN");
  await sql("SELECT pg_advisory_xact_lock(1937007981, 0)");
  const migrating = (await openedAt(url)).migrate();
  const other = await plainSql(url);
  const waits = await eventually("it waits for the lock", async () => {
    const [row] = await other(`SELECT query FROM pg_stat_activity
      JOIN pg_locks USING (pid) WHERE NOT granted AND locktype = 'advisory'
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`);
    return row;
  });
  expect(waits).toMatchObject({ query: expect.stringContaining("pg_advisory_xact_lock") });
  await sql("COMMIT");
  expect((await migrating).length).toBeGreaterThan(0);
});

test("a migration that fails leaves nothing behind", async () => {
  const url = await anEmptyDatabase();
  const sql = await plainSql(url);
  // In the way of the third migration.
  await sql("CREATE TABLE site_state (nothing integer)");
  const database = await openedAt(url);
  await expect(database.migrate()).rejects.toThrow(/relation "site_state" already exists/);
  expect(await sql("SELECT to_regclass('sites') AS sites, to_regclass('migrations') AS migrations")).toEqual([
    { sites: null, migrations: null },
  ]);
});

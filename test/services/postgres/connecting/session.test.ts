// A database with settings of its own: sessions set what they rely on, or the database is refused in one line.
import pg from "pg";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { eventually } from "../../../harness/eventually.ts";
import { sharedPostgres } from "../../../harness/shared.ts";
import { anEvent } from "../events.ts";
import { openedAt, plainSql } from "../ground.ts";
import { resultOf } from "../repository/ground.ts";

let url: string;
let name: string;

beforeEach(async () => {
  const database = await sharedPostgres().createDatabase();
  onTestFinished(database.drop);
  ({ url, name } = database);
});

test.for([
  ["DateStyle", "'German'"],
  ["IntervalStyle", "'sql_standard'"],
  ["TimeZone", "'Asia/Tokyo'"],
  ["client_encoding", "'LATIN1'"],
  ["standard_conforming_strings", "off"],
  ["search_path", "nowhere"],
  ["bytea_output", "'escape'"],
  ["array_nulls", "off"],
  ["lock_timeout", "'1ms'"],
  ["statement_timeout", "'500ms'"],
  ["idle_session_timeout", "'500ms'"],
  ["default_transaction_isolation", "'serializable'"],
] as const)("a database whose %s is %s works as any other", async ([setting, value]) => {
  const sql = await plainSql(url);
  await sql(`ALTER DATABASE ${name} SET ${setting} = ${value}`);
  const database = await openedAt(url);
  await database.migrate();
  const result = resultOf({ url: "https://settings.example/…" }, 1);
  await database.results.record([result]);
  await database.outbox.append([anEvent()]);
  expect(await database.history.results({ limit: 5 })).toMatchObject([{ slot: result.slot }]);
  expect(await database.outboxQueue({ afterParked: "wait" }).backlog()).toMatchObject({ unpublished: 1 });
});

test("a database in another encoding is refused in one line, before anything is created in it", async () => {
  const sql = await plainSql(url);
  await sql(`CREATE DATABASE ${name}_latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0`);
  onTestFinished(async () => void (await sql(`DROP DATABASE ${name}_latin WITH (FORCE)`)));
  const database = await openedAt(`${url}_latin`);
  const migrating = database.migrate();
  await expect(migrating).rejects.toMatchObject({ name: "FailureError" });
  await expect(migrating).rejects.toThrow(
    /^PostgreSQL at .*: its encoding is LATIN1, which can't hold every text: use a database made with ENCODING 'UTF8' TEMPLATE template0$/,
  );
  const latin = await plainSql(`${url}_latin`);
  expect(await latin("SELECT FROM pg_tables WHERE schemaname = 'public'")).toEqual([]);
});

test("after a while of being read-only every session writes again, whenever it was opened", async () => {
  const sql = await plainSql(url);
  const database = await openedAt(url, { maxConnections: 4 });
  await database.migrate();
  await sql(`ALTER DATABASE ${name} SET default_transaction_read_only = on`);
  await sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = '${name}' AND pid <> pg_backend_pid()`);
  // Four sessions that were opened while the database was read-only.
  await eventually("the sessions are opened again", async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 4 }, () => database.sites.list()));
    return outcomes.every(({ status }) => status === "fulfilled");
  });
  await expect(database.outbox.append([anEvent()])).rejects.toThrow(/it is read-only/);
  await eventually("four sessions are open", async () => {
    await Promise.all(Array.from({ length: 4 }, () => database.sites.list()));
    const rows = await sql(`SELECT FROM pg_stat_activity WHERE datname = '${name}'
      AND application_name = 'sitewire'`);
    return rows.length === 4;
  });
  await sql("BEGIN READ WRITE");
  await sql(`ALTER DATABASE ${name} RESET default_transaction_read_only`);
  await sql("COMMIT");
  await expect(database.outbox.append([anEvent()])).rejects.toThrow(/it is read-only/);
  await Promise.all(Array.from({ length: 4 }, () => database.outbox.append([anEvent()])));
});

test("statements are prepared once a session, where no pooler stands between", async () => {
  const database = await openedAt(url, { maxConnections: 1 });
  await database.migrate();
  const statements: string[] = [];
  const { query } = pg.Client.prototype;
  pg.Client.prototype.query = function (this: pg.Client, ...given: Parameters<typeof query>) {
    const config: unknown = given[0];
    if (typeof config === "object" && config !== null && "name" in config)
      statements.push(String(config.name));
    return query.apply(this, given);
  } as typeof query;
  onTestFinished(() => {
    pg.Client.prototype.query = query;
  });
  await database.sites.list();
  expect(statements).toEqual([expect.stringMatching(/^sitewire_\d+$/)]);
});

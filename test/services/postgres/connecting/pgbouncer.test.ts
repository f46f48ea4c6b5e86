// Through PgBouncer with default settings and transaction pooling. Few server processes are shared by more clients, and a
// stranger leaves settings behind in them.
import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { openPostgres } from "../../../../src/services/postgres/database.ts";
import { eventually } from "../../../harness/eventually.ts";
import { type PgBouncer, startPgBouncer } from "../../../harness/postgres/pgbouncer.ts";
import { type PostgresServer, startPostgres } from "../../../harness/postgres/postgres.ts";
import { anEvent } from "../events.ts";
import { openedAt, plainSql, settingsOf } from "../ground.ts";
import { quietLog } from "../quiet-log.ts";
import { resultOf } from "../repository/ground.ts";

let server: PostgresServer;
let pooler: PgBouncer;
let url: string;

beforeAll(async () => {
  server = await startPostgres();
  pooler = await startPgBouncer(server.url);
});

afterAll(async () => {
  await pooler.stop();
  await server.stop();
});

beforeEach(async () => {
  const database = await server.createDatabase();
  onTestFinished(database.drop);
  const own = new URL(pooler.url);
  own.pathname = new URL(database.url).pathname;
  url = own.href;
});

/** As a client of the pooler that sets what it likes, for all who come after it. */
async function aStrangerSets(...settings: readonly string[]): Promise<void> {
  const clients = Array.from({ length: 3 }, () => new pg.Client({ connectionString: url }));
  await Promise.all(clients.map((client) => client.connect()));
  // All at once, so that each has another server process.
  await Promise.all(clients.map((client) => client.query("BEGIN")));
  for (const client of clients) for (const setting of settings) await client.query(`SET ${setting}`);
  await Promise.all(clients.map((client) => client.query("COMMIT")));
  await Promise.all(clients.map((client) => client.end()));
}

test("tables are created, results recorded and events relayed, by more clients than server processes", async () => {
  const databases = await Promise.all(Array.from({ length: 3 }, () => openedAt(url)));
  const [first] = databases;
  await first?.migrate();
  const results = Array.from({ length: 30 }, (_, index) =>
    resultOf({ url: "https://pooled.example/" }, index + 1),
  );
  await Promise.all(
    results.map(async (result, index) => {
      const database = databases[index % 3];
      await database?.results.record([result]);
      await database?.outbox.append([anEvent()]);
    }),
  );
  expect(await first?.history.results({ limit: 100 })).toHaveLength(30);
  expect(await first?.outboxQueue({ afterParked: "wait" }).backlog()).toMatchObject({ unpublished: 30 });
});

test("tables in a schema of their own stay there, whatever a stranger left in the session", async () => {
  const database = await openedAt(url, { schema: "monitoring" });
  await database.migrate();
  const sql = await plainSql(server.url.replace(/[^/]*$/, new URL(url).pathname.slice(1)));
  await sql("CREATE SCHEMA trap");
  await sql("CREATE TABLE trap.sites (LIKE monitoring.sites INCLUDING ALL)");
  await aStrangerSets(
    "search_path = trap",
    "DateStyle = 'German'",
    "bytea_output = 'escape'",
    "TimeZone = 'Asia/Tokyo'",
    "lock_timeout = 1",
  );
  await database.results.record([resultOf({ url: "https://own.example/" }, 1)]);
  expect(await database.history.results({ limit: 5 })).toMatchObject([
    { slot: resultOf({ url: "https://own.example/" }, 1).slot },
  ]);
  expect(await sql("SELECT count(*)::integer AS count FROM trap.sites")).toEqual([{ count: 0 }]);
});

test("partitions past retention are dropped through the pooler too", async () => {
  const database = await openedAt(url);
  await database.migrate();
  const policy = { keepResultsMs: 1e10, keepHourlyMs: 1e11, keepDailyMs: 1e11 };
  const slotMs = Date.parse("2025-01-01T00:00:00Z");
  await database.maintenance.maintain(policy, slotMs);
  expect(await database.maintenance.maintain(policy, slotMs + 2e10)).toMatchObject({ dropped: 8 });
});

test("after a while of being read-only writing goes on, though the pooler keeps its sessions", async () => {
  const database = await openedAt(url);
  await database.migrate();
  const sql = await plainSql(server.url.replace(/[^/]*$/, new URL(url).pathname.slice(1)));
  const name = new URL(url).pathname.slice(1);
  await sql(`ALTER DATABASE ${name} SET default_transaction_read_only = on`);
  await sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = '${name}' AND application_name = 'sitewire'`);
  await eventually("sessions of the pooler are read-only", async () => {
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => database.outbox.append([anEvent()])));
    return (
      outcomes.every(({ status }) => status === "rejected") && (await database.sites.list()).length === 0
    );
  });
  await sql(`ALTER DATABASE ${name} RESET default_transaction_read_only`);
  await eventually("writing goes on", async () => {
    await database.outbox.append([anEvent()]);
    return true;
  });
});

test("with the direct URL changes are notified", async () => {
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const database = await openedAt(url, { direct: settingsOf(url, { port: server.port }) });
  await database.migrate();
  let heard = 0;
  database.sites.onChanged(() => {
    heard += 1;
  }, stop.signal);
  await eventually("it listens", () => heard > 0);
  const before = heard;
  await database.results.record([resultOf({ url: "https://new.example/" }, 1)]);
  await eventually("it heard of the new site", () => heard > before);
});

test("without the direct URL one line says that changes are polled for", async () => {
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const warnings: unknown[] = [];
  const log = { ...quietLog, warn: (...line: unknown[]) => warnings.push(line) };
  const database = await openPostgres({ settings: settingsOf(url), log });
  onTestFinished(() => database.close());
  database.sites.onChanged(() => {}, stop.signal);
  await eventually("it says so", () => warnings.length > 0);
  expect(warnings).toEqual([
    [
      { server: expect.stringContaining("PostgreSQL at 127.0.0.1") },
      "connection pooler found: no notifications, new work is polled for; set DATABASE_DIRECT_URL",
    ],
  ]);
});

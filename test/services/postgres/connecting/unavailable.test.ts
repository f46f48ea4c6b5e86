// A PostgreSQL server that does not let us do our work: each cause is UnavailableError, in one clear line without the
// password, so that long-running apps keep trying and people know what to mend.
import { afterAll, beforeAll, expect, test } from "vitest";
import { UnavailableError } from "../../../../src/core/failures.ts";
import { openPostgres } from "../../../../src/services/postgres/database.ts";
import { type PostgresServer, startPostgres } from "../../../harness/postgres/postgres.ts";
import { anEvent } from "../events.ts";
import { openedAt, plainSql, settingsOf, whyUnavailable } from "../ground.ts";
import { quietLog } from "../quiet-log.ts";
import { resultOf } from "../repository/ground.ts";

let server: PostgresServer;

beforeAll(async () => {
  server = await startPostgres({ settings: { max_connections: "12" } });
  const database = await openPostgres({ settings: settingsOf(server.url), log: quietLog });
  await database.migrate();
  await database.close();
});

afterAll(async () => {
  await server.stop();
});

function where(port = server.port, user = "postgres", database = "postgres"): string {
  return `PostgreSQL at 127.0.0.1:${port} (database ${database}, user ${user}): `;
}

test("a wrong password", async () => {
  const message = await whyUnavailable(await openedAt(server.url, { password: "wrong-secret" }));
  expect(message).toBe(
    `${where()}the password is wrong: password authentication failed for user "postgres" (28P01)`,
  );
});

test("no password where one is asked for", async () => {
  expect(await whyUnavailable(await openedAt(server.url, { password: null }))).toBe(
    `${where()}it asks for a password and none is set`,
  );
});

test("an unknown database", async () => {
  const message = await whyUnavailable(await openedAt(server.url, { database: "nowhere" }));
  expect(message).toBe(
    `${where(server.port, "postgres", "nowhere")}there is no such database: database "nowhere" does not exist (3D000)`,
  );
});

test("too many connections", async () => {
  const hogs = await Promise.all(
    Array.from({ length: 3 }, () => openedAt(server.url, { maxConnections: 5 })),
  );
  const holding = hogs.flatMap((hog) => Array.from({ length: 5 }, () => hog.migrate()));
  const outcomes = await Promise.allSettled([
    ...holding,
    ...Array.from({ length: 20 }, async () =>
      (await openedAt(server.url, { maxConnections: 1 })).sites.list(),
    ),
  ]);
  const failures = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
  expect(failures.length).toBeGreaterThan(0);
  for (const failure of failures) {
    expect(failure).toBeInstanceOf(UnavailableError);
    expect(String(failure)).toMatch(/too many connections.*\(53300\)/);
  }
});

test("a read-only database, for recording and for the outbox", async () => {
  const admin = await openedAt(server.url);
  const readOnly = await openedAt(server.url, { user: "reader", password: "reader-secret" });
  const sql = await plainSql(server.url);
  await sql("CREATE ROLE reader LOGIN SUPERUSER PASSWORD 'reader-secret'");
  await sql("ALTER ROLE reader SET default_transaction_read_only = on");
  const message = /it is read-only: cannot execute .* in a read-only transaction \(25006\)$/;
  const result = resultOf({ url: "https://example.org/" }, 1);
  await admin.results.record([result]);
  for (const write of [() => readOnly.results.record([result]), () => readOnly.outbox.append([anEvent()])]) {
    const writing = write();
    await expect(writing).rejects.toThrow(UnavailableError);
    await expect(writing).rejects.toThrow(message);
  }
});

test("a user without rights is told which right is missing", async () => {
  const sql = await plainSql(server.url);
  await sql("CREATE ROLE stranger LOGIN PASSWORD 'stranger-secret'");
  const message = await whyUnavailable(
    await openedAt(server.url, { user: "stranger", password: "stranger-secret" }),
  );
  expect(message).toMatch(/the user lacks a right: grant it: permission denied for table sites \(42501\)$/);
});

test("tables that are not there yet", async () => {
  const message = await whyUnavailable(await openedAt(server.url, { schema: "not_migrated" }));
  expect(message).toMatch(
    /a table is missing: run sitewire migrate: relation "sites" does not exist \(42P01\)$/,
  );
});

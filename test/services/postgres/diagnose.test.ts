import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import type { PostgresSettings } from "../../../src/contract/connection-settings.ts";
import type { Finding } from "../../../src/core/diagnosis/finding.ts";
import { diagnosePostgres } from "../../../src/services/postgres/diagnose.ts";
import { createCertificateAuthority } from "../../harness/certificates.ts";
import { type PostgresServer, startPostgres } from "../../harness/postgres.ts";
import { openedAt, plainSql, settingsOf } from "./ground.ts";

let server: PostgresServer;
let trusted: string;

beforeAll(async () => {
  const authority = await createCertificateAuthority();
  trusted = authority.certificate;
  server = await startPostgres({ tls: await authority.issue() });
});

afterAll(async () => {
  await server.stop();
});

async function diagnosis(given: Partial<PostgresSettings> = {}): Promise<readonly Finding[]> {
  const findings = await diagnosePostgres(settingsOf(server.url, given));
  expect(JSON.stringify(findings)).not.toContain("-secret");
  for (const { detail, fix } of findings) expect(`${detail}${fix}`).not.toContain("\n");
  return findings;
}

/** What failed, which is the last thing tried. */
async function failure(given: Partial<PostgresSettings>): Promise<string> {
  const last = (await diagnosis(given)).at(-1);
  expect(last?.ok).toBe(false);
  return `${last?.detail} → ${last?.fix}`;
}

test("a database without tables: all is well but them, and nothing is made", async () => {
  const findings = await diagnosis();
  expect(findings.map(({ ok }) => ok)).toEqual([true, true, true, false]);
  expect(findings.at(-1)).toMatchObject({
    detail: "no tables in the schema public",
    fix: "run sitewire migrate",
  });
  const sql = await plainSql(server.url);
  expect(await sql("SELECT count(*)::integer AS count FROM pg_tables WHERE schemaname = 'public'")).toEqual([
    { count: 0 },
  ]);
});

test("a migrated database is well in every point", async () => {
  await (await openedAt(server.url, { schema: "well" })).migrate();
  const findings = await diagnosis({ schema: "well", sslMode: "verify-full", ca: trusted });
  expect(findings.map(({ name, ok, fix }) => [name, ok, fix])).toEqual([
    ["database", true, null],
    ["database version", true, null],
    ["database writing", true, null],
    ["database tables", true, null],
  ]);
  expect(findings[0]?.detail).toMatch(/connected, TLSv1\.\d, certificate verified$/);
});

test("each way of not getting in has its fix", async () => {
  expect(await failure({ password: "wrong" })).toMatch(
    /the password is wrong.* → check the password of the user postgres/,
  );
  expect(await failure({ password: null })).toMatch(
    /asks for a password.* → set the password of the user postgres/,
  );
  expect(await failure({ database: "nowhere" })).toMatch(
    /no such database.* → create it: CREATE DATABASE nowhere/,
  );
  expect(await failure({ port: 1 })).toMatch(
    /nothing listens.* → start PostgreSQL on 127\.0\.0\.1, or correct the port 1/,
  );
  expect(await failure({ host: "nowhere.invalid" })).toMatch(
    /the host name.* → correct the host name nowhere\.invalid/,
  );
  const other = await createCertificateAuthority("another authority");
  expect(await failure({ sslMode: "verify-full", ca: other.certificate })).toMatch(
    /not signed by the CA that is trusted.* → set database\.ca to the CA that signed/,
  );
});

test("a user that may not write is told the statement that lets it", async () => {
  await (await openedAt(server.url, { schema: "guarded" })).migrate();
  const sql = await plainSql(server.url);
  await sql("CREATE ROLE guest LOGIN PASSWORD 'guest-secret'");
  const guest = { schema: "guarded", user: "guest", password: "guest-secret" };
  expect(await failure(guest)).toBe(
    "the user guest may not use the schema guarded → GRANT USAGE, CREATE ON SCHEMA guarded TO guest",
  );
  await sql("GRANT USAGE ON SCHEMA guarded TO guest; GRANT SELECT ON ALL TABLES IN SCHEMA guarded TO guest");
  expect(await failure(guest)).toMatch(
    /may not write to check_results, lease_owners, leases, outbox, .* → GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA guarded TO guest$/,
  );
});

test("a read-only database is told apart", async () => {
  const sql = await plainSql(server.url);
  await sql("ALTER ROLE postgres SET default_transaction_read_only = on");
  onTestFinished(async () => {
    await sql("ALTER ROLE postgres RESET default_transaction_read_only");
  });
  expect(await failure({})).toMatch(/transactions are read-only → set default_transaction_read_only off/);
});

test("a database that is newer than the program is told apart", async () => {
  await (await openedAt(server.url, { schema: "newer" })).migrate();
  const sql = await plainSql(server.url);
  await sql("INSERT INTO newer.migrations (name, checksum) VALUES ('9999_from_the_future', 'x')");
  expect(await failure({ schema: "newer" })).toMatch(
    /is newer than this program.* → install the newest Sitewire/,
  );
});

import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import type { PostgresSettings } from "../../../../src/contract/settings/connection-settings.ts";
import type { Finding } from "../../../../src/core/diagnosis/finding.ts";
import { diagnosePostgres } from "../../../../src/services/postgres/diagnosing/diagnose.ts";
import { createCertificateAuthority } from "../../../harness/certificates.ts";
import { type PostgresServer, startPostgres } from "../../../harness/postgres/postgres.ts";
import { openedAt, plainSql, settingsOf } from "../ground.ts";

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

/** What failed: one thing, and all that comes after it was skipped, naming it. */
async function failure(given: Partial<PostgresSettings>): Promise<string> {
  const findings = await diagnosis(given);
  const at = findings.findIndex(({ status }) => status === "failed");
  const { name, detail, fix } = findings[at] ?? {};
  for (const skipped of findings.slice(at + 1)) {
    expect(skipped).toMatchObject({ status: "skipped", detail: `not tried: "${name}" failed`, fix: null });
  }
  return `${name}: ${detail} → ${fix}`;
}

test("a database without tables: all is well but them, and nothing is made", async () => {
  expect(await failure({})).toBe("database, tables: no tables in the schema public → run sitewire migrate");
  const sql = await plainSql(server.url);
  expect(await sql("SELECT count(*)::integer AS count FROM pg_tables WHERE schemaname = 'public'")).toEqual([
    { count: 0 },
  ]);
});

test("a migrated database is well in every point", async () => {
  await (await openedAt(server.url, { schema: "well" })).migrate();
  const findings = await diagnosis({ schema: "well", sslMode: "verify-full", ca: trusted });
  expect(findings.map(({ name, status, fix }) => [name, status, fix])).toEqual([
    ["database, reachable", "ok", null],
    ["database, login", "ok", null],
    ["database, sessions", "ok", null],
    ["database, version", "ok", null],
    ["database, writing", "ok", null],
    ["database, tables", "ok", null],
    ["database, rights on tables", "ok", null],
    ["database, partitions", "ok", null],
  ]);
  expect(findings[1]?.detail).toMatch(/connected, TLSv1\.\d, certificate verified$/);
});

test("each way of not getting in has its fix", async () => {
  expect(await failure({ password: "wrong" })).toMatch(
    /^database, login: .*the password is wrong.* → check the password of the user postgres/,
  );
  expect(await failure({ password: null })).toMatch(
    /^database, login: .*asks for a password.* → set the password of the user postgres/,
  );
  expect(await failure({ database: "nowhere" })).toMatch(
    /^database, login: .*no such database.* → create it: CREATE DATABASE nowhere/,
  );
  expect(await failure({ port: 1 })).toMatch(
    /^database, reachable: .*nothing listens.* → start PostgreSQL on 127\.0\.0\.1, or correct the port 1/,
  );
  expect(await failure({ host: "nowhere.invalid" })).toMatch(
    /^database, reachable: .*the host name.* → correct the host name nowhere\.invalid/,
  );
  const other = await createCertificateAuthority("another authority");
  expect(await failure({ sslMode: "verify-full", ca: other.certificate })).toMatch(
    /^database, login: .*not signed by the CA that is trusted.* → set database\.ca to the CA that signed/,
  );
});

test("a database that can't hold every text is told what to make instead", async () => {
  const sql = await plainSql(server.url);
  await sql("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
  expect(await failure({ database: "latin" })).toMatch(
    /^database, login: .*its encoding is LATIN1.* → CREATE DATABASE latin ENCODING 'UTF8' TEMPLATE template0$/,
  );
});

test("a user that may not write is told the statement that lets it", async () => {
  await (await openedAt(server.url, { schema: "guarded" })).migrate();
  const sql = await plainSql(server.url);
  await sql("CREATE ROLE guest LOGIN PASSWORD 'guest-secret'");
  const guest = { schema: "guarded", user: "guest", password: "guest-secret" };
  expect(await failure(guest)).toBe(
    "database, tables: the user guest may not use the schema guarded → GRANT USAGE, CREATE ON SCHEMA guarded TO guest",
  );
  await sql("GRANT USAGE ON SCHEMA guarded TO guest; GRANT SELECT ON ALL TABLES IN SCHEMA guarded TO guest");
  expect(await failure(guest)).toMatch(
    /^database, rights on tables: the user guest may not write to .*check_results, .*incident_steps, .*, outbox, .* → GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA guarded TO guest$/,
  );
});

test("a user that may write but not make partitions is told the statement that lets it", async () => {
  await (await openedAt(server.url, { schema: "parted" })).migrate();
  const sql = await plainSql(server.url);
  await sql("CREATE ROLE writer LOGIN PASSWORD 'writer-secret'");
  await sql("GRANT USAGE ON SCHEMA parted TO writer");
  await sql("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA parted TO writer");
  const writer = { schema: "parted", user: "writer", password: "writer-secret" };
  expect(await failure(writer)).toBe(
    "database, partitions: the user writer may not make partitions of check_results → GRANT EXECUTE ON FUNCTION parted.ensure_partition TO writer",
  );
  await sql("GRANT EXECUTE ON FUNCTION parted.ensure_partition TO writer");
  const findings = await diagnosis(writer);
  expect(findings.every(({ status }) => status === "ok")).toBe(true);
});

test("a read-only database is told apart", async () => {
  const sql = await plainSql(server.url);
  await sql("ALTER ROLE postgres SET default_transaction_read_only = on");
  onTestFinished(async () => {
    await sql("ALTER ROLE postgres RESET default_transaction_read_only");
  });
  expect(await failure({})).toMatch(
    /^database, writing: transactions are read-only → set default_transaction_read_only off/,
  );
});

test("a database that is newer than the program is told apart", async () => {
  await (await openedAt(server.url, { schema: "newer" })).migrate();
  const sql = await plainSql(server.url);
  await sql("INSERT INTO newer.migrations (name, checksum) VALUES ('9999_from_the_future', 'x')");
  expect(await failure({ schema: "newer" })).toMatch(
    /^database, tables: .*is newer than this program.* → install the newest Sitewire/,
  );
});

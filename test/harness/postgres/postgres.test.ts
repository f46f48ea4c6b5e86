import pg from "pg";
import { expect, onTestFinished, test } from "vitest";
import { createCertificateAuthority } from "../certificates.ts";
import { sharedPostgres } from "../shared.ts";
import { startPostgres } from "./postgres.ts";

async function ask(url: string, statement: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query({ text: statement, rowMode: "array" });
    return rows[0]?.[0];
  } finally {
    await client.end();
  }
}

test("a client reads from a fresh database on the shared server", async () => {
  const database = await sharedPostgres().createDatabase();
  onTestFinished(database.drop);
  expect(await ask(database.url, "SELECT 20 + 22")).toBe(42);
});

test("what was committed before a kill is there after a restart, over TLS too", async () => {
  const authority = await createCertificateAuthority();
  const postgres = await startPostgres({ tls: await authority.issue() });
  onTestFinished(postgres.stop);
  await ask(postgres.url, "CREATE TABLE kept AS SELECT 42 AS answer");
  await postgres.kill();
  await expect(ask(postgres.url, "SELECT 1")).rejects.toThrow(/ECONNREFUSED/);
  await postgres.start();
  expect(await ask(`${postgres.url}?sslmode=no-verify`, "SELECT answer FROM kept")).toBe(42);
});

test("a server that cannot start says why", async () => {
  await expect(startPostgres({ settings: { shared_buffers: "a lot" } })).rejects.toThrow(
    /PostgreSQL ended instead of starting.*invalid value for parameter "shared_buffers"/s,
  );
});

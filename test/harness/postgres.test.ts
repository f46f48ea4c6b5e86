import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { createCertificateAuthority } from "./certificates.ts";
import { startPostgres } from "./postgres.ts";
import { sharedPostgres } from "./shared.ts";

async function psql(url: string, statement: string): Promise<string> {
  const { stdout } = await promisify(execFile)("psql", [url, "-Atc", statement]);
  return stdout.trim();
}

test("psql reads from a fresh database on the shared server", async () => {
  const database = await sharedPostgres().createDatabase();
  onTestFinished(database.drop);
  expect(await psql(database.url, "SELECT 20 + 22")).toBe("42");
});

test("what was committed before a kill is there after a restart, over TLS too", async () => {
  const authority = await createCertificateAuthority();
  const postgres = await startPostgres({ tls: await authority.issue() });
  onTestFinished(postgres.stop);
  await psql(postgres.url, "CREATE TABLE kept AS SELECT 42 AS answer");
  await postgres.kill();
  await expect(psql(postgres.url, "SELECT 1")).rejects.toThrow(/refused/);
  await postgres.start();
  expect(await psql(`${postgres.url}?sslmode=require`, "SELECT answer FROM kept")).toBe("42");
});

test("a server that cannot start says why", async () => {
  await expect(startPostgres({ settings: { shared_buffers: "a lot" } })).rejects.toThrow(
    /PostgreSQL ended instead of starting.*invalid value for parameter "shared_buffers"/s,
  );
});

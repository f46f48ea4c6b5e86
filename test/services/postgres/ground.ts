// Databases for these tests, and what asking one that can't serve fails with.
import pg from "pg";
import { expect, onTestFinished } from "vitest";
import type { PostgresSettings } from "../../../src/contract/settings/connection-settings.ts";
import type { Database } from "../../../src/core/database.ts";
import { UnavailableError } from "../../../src/core/failures.ts";
import { openPostgres } from "../../../src/services/postgres/database.ts";
import { quietLog } from "./quiet-log.ts";

export function settingsOf(url: string, given: Partial<PostgresSettings> = {}): PostgresSettings {
  const { hostname, port, username, password, pathname } = new URL(url);
  return {
    host: hostname,
    port: Number(port),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: pathname.slice(1),
    sslMode: "prefer",
    ca: null,
    schema: "public",
    maxConnections: 5,
    ...given,
  };
}

/** Closed when the test is finished. */
export async function openedAt(url: string, given: Partial<PostgresSettings> = {}): Promise<Database> {
  const database = await openPostgres({ settings: settingsOf(url, given), log: quietLog });
  onTestFinished(() => database.close());
  return database;
}

/** Plain SQL, as the server's owner has it; ended when the test is finished. */
export async function plainSql(
  url: string,
): Promise<(statement: string) => Promise<Record<string, unknown>[]>> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => {});
  await client.connect();
  onTestFinished(() => client.end());
  return async (statement) => (await client.query<Record<string, unknown>>(statement)).rows;
}

/** The one line that asking the database fails with, because it can't serve. */
export async function whyUnavailable(database: Database): Promise<string> {
  const failure = await database.sites.list().then(
    () => null,
    (error: unknown) => error,
  );
  if (!(failure instanceof UnavailableError)) throw new Error(`not unavailable: ${failure}`);
  expect(failure.message).not.toContain("\n");
  expect(failure.message).not.toContain("-secret");
  return failure.message;
}

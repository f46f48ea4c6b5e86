/** Brings a schema up to date with the SQL files of /migrations. Each is applied once and must not change afterwards. */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import pg from "pg";
import { FailureError } from "../../contract/errors.ts";
import type { Log } from "../../core/log.ts";
import type { Sql, SqlService } from "./connecting/sql.ts";

/** The same place from src/ and from dist/. */
const FOLDER = new URL("../../../migrations/", import.meta.url);
const FILE_NAME = /^\d{4}_[a-z0-9_]+\.sql$/;

interface Migration {
  /** The file's name without its ending: `0001_sites`. */
  readonly name: string;
  readonly text: string;
  readonly checksum: string;
}

/** Held to the end of the transaction. Whoever waits for it waits as long as another process migrates. */
const LOCK = "SELECT pg_advisory_xact_lock(1937007981, 0)";
const UNLIMITED_LOCK_WAIT = "SET LOCAL lock_timeout = 0";
/** A change of a table that waits for its lock makes everybody behind it wait. */
const LIMITED_LOCK_WAIT = "SET LOCAL lock_timeout = '20s'";

const APPLIED = "SELECT name, checksum FROM migrations ORDER BY name";
type Applied = { readonly name: string; readonly checksum: string };

const KEEP = "INSERT INTO migrations (name, checksum) VALUES ($1, $2)";

export interface MigrateOptions {
  readonly service: SqlService;
  readonly schema: string;
  readonly log: Log;
}

/**
 * Applies what is missing, all or nothing, and returns the names. A migration may take as long as it needs; the log
 * tells which one runs on tables that exist already. Throws `FailureError` where the tables are newer than this program or a file changed after it
 * was applied.
 */
export async function migrate({ service, schema, log }: MigrateOptions): Promise<readonly string[]> {
  const migrations = await readMigrations();
  const applied = await appliedMigrations(service, schema);
  if (applied !== null && missing(migrations, applied, service.server).length === 0) return [];
  return await service.longTransaction(async (sql) => {
    await sql.script(UNLIMITED_LOCK_WAIT);
    await sql.rows(LOCK);
    await sql.script(LIMITED_LOCK_WAIT);
    await createBookkeeping(sql, schema);
    const todo = missing(migrations, await sql.rows<Applied>(APPLIED), service.server);
    for (const [index, { name, text, checksum }] of todo.entries()) {
      // The tables of a new database are there in a moment; only those of an old one can take long to change.
      if (applied !== null)
        log.info({ migration: name, position: index + 1, of: todo.length }, "migration started");
      await sql.script(text);
      await sql.change(KEEP, [name, checksum]);
    }
    if (applied === null) log.info({ migrations: todo.length }, "tables created");
    return todo.map(({ name }) => name);
  });
}

/** Names of migrations not applied yet, or null where there are no tables at all. Changes nothing. */
export async function pendingMigrations(
  service: SqlService,
  schema: string,
): Promise<readonly string[] | null> {
  const applied = await appliedMigrations(service, schema);
  if (applied === null) return null;
  return missing(await readMigrations(), applied, service.server).map(({ name }) => name);
}

async function appliedMigrations(sql: Sql, schema: string): Promise<readonly Applied[] | null> {
  const [row] = await sql.rows<{ exists: boolean }>("SELECT to_regclass($1) IS NOT NULL AS exists", [
    `${pg.escapeIdentifier(schema)}.migrations`,
  ]);
  return row?.exists === true ? await sql.rows<Applied>(APPLIED) : null;
}

/** Creates only what is missing: a role that may use the schema need not be allowed to create one. */
async function createBookkeeping(sql: Sql, schema: string): Promise<void> {
  const [row] = await sql.rows<{ exists: boolean }>("SELECT to_regnamespace($1) IS NOT NULL AS exists", [
    pg.escapeIdentifier(schema),
  ]);
  if (row?.exists !== true) await sql.script(`CREATE SCHEMA ${pg.escapeIdentifier(schema)}`);
  await sql.script(`CREATE TABLE IF NOT EXISTS migrations (
    name text PRIMARY KEY,
    checksum text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
  )`);
}

function missing(
  migrations: readonly Migration[],
  applied: readonly Applied[],
  server: string,
): readonly Migration[] {
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const { name, checksum } of applied) {
    const migration = known.get(name);
    if (migration === undefined) {
      throw new FailureError(
        `${server} is newer than this program: it has the migration ${name}. Upgrade Sitewire, or use another database`,
      );
    }
    if (migration.checksum !== checksum) {
      throw new FailureError(
        `${server} was set up by another edition of the migration ${name}. Install the version that set it up, or use another database`,
      );
    }
  }
  const done = new Set(applied.map(({ name }) => name));
  return migrations.filter(({ name }) => !done.has(name));
}

async function readMigrations(): Promise<readonly Migration[]> {
  const files = (await readdir(FOLDER)).filter((file) => FILE_NAME.test(file)).sort();
  return await Promise.all(
    files.map(async (file) => {
      const text = await readFile(new URL(file, FOLDER), "utf8");
      // Line endings depend on how the package was unpacked.
      const checksum = createHash("sha256").update(text.replaceAll("\r\n", "\n")).digest("hex");
      return { name: file.replace(/\.sql$/, ""), text, checksum };
    }),
  );
}

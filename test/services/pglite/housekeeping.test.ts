// What a single session does not do by itself: without it the folder would grow for ever.
import path from "node:path";
import type { PGlite } from "@electric-sql/pglite";
import pg from "pg";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { inThread } from "../../../src/services/pglite/client-streams.ts";
import { startEngine } from "../../../src/services/pglite/engine.ts";
import { startHousekeeping } from "../../../src/services/pglite/housekeeping.ts";
import { WireServer } from "../../../src/services/pglite/wire-server.ts";
import { eventually } from "../../harness/eventually.ts";
import { removeFolder, temporaryFolder } from "../../harness/temporary-folder.ts";

let parent: string;
let engine: PGlite;
let server: WireServer;
let client: pg.Client;

beforeAll(async () => {
  parent = await temporaryFolder("housekeeping");
  engine = await startEngine(path.join(parent, "database"));
  server = new WireServer({ engine, onPanic: () => {}, idleInTransactionMs: 60_000 });
  client = new pg.Client({ stream: () => inThread((stream) => server.serve(stream)), user: "postgres" });
  await client.connect();
  await client.query(
    "CREATE TABLE busy AS SELECT n AS id, repeat('x', 500) AS text FROM generate_series(1, 20000) AS n",
  );
});

afterAll(async () => {
  await client.end();
  await server.close();
  await engine.close();
  await removeFolder(parent);
});

/** As a client like any other: who goes past the server gets into the middle of what others do. */
async function number(statement: string): Promise<number> {
  const { rows } = await client.query<{ number: number }>(`SELECT (${statement})::integer AS number`);
  return rows[0]?.number ?? Number.NaN;
}

const sinceCheckpoint = () =>
  number("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), redo_lsn) / 1048576 FROM pg_control_checkpoint()");
const deadRows = () => number("SELECT n_dead_tup FROM pg_stat_user_tables WHERE relname = 'busy'");

test("checkpoints are made and dead rows are vacuumed while others work", async () => {
  for (let round = 0; round < 4; round += 1) await client.query("UPDATE busy SET text = text || 'y'");
  expect(await sinceCheckpoint()).toBeGreaterThan(32);
  // Statistics are written down at most once a second, at the end of a transaction.
  await eventually("the dead rows are counted", async () => (await deadRows()) > 20_000);
  const failures: string[] = [];
  const onFailure = (reason: string) => void failures.push(reason);
  onTestFinished(startHousekeeping({ server, everyMs: 10, onFailure }));
  await eventually("a checkpoint was made", async () => (await sinceCheckpoint()) < 32, {
    timeoutMs: 30_000,
  });
  await eventually("the table was vacuumed", async () => (await deadRows()) < 1000, { timeoutMs: 30_000 });
  expect(failures).toEqual([]);
});

test("it stops when asked, and holds up nobody then", async () => {
  const stop = startHousekeeping({ server, everyMs: 1, onFailure: () => {} });
  stop();
  expect(await number("SELECT 42")).toBe(42);
});

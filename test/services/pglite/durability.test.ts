// What is in force in the embedded database, asked of the engine itself: PGlite as it comes would not wait for the disk.
import path from "node:path";
import type { PGlite } from "@electric-sql/pglite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startEngine } from "../../../src/services/pglite/engine.ts";
import { removeFolder, temporaryFolder } from "../../harness/temporary-folder.ts";

let parent: string;
let engine: PGlite;

beforeAll(async () => {
  parent = await temporaryFolder("durability");
  engine = await startEngine(path.join(parent, "database"));
});

afterAll(async () => {
  await engine.close();
  await removeFolder(parent);
});

test("commits wait for the disk, and torn or rotten pages are found", async () => {
  const { rows } = await engine.query(
    `SELECT name, setting FROM pg_settings
     WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes', 'wal_sync_method', 'data_checksums')
     ORDER BY name`,
  );
  expect(rows).toEqual([
    { name: "data_checksums", setting: "on" },
    { name: "fsync", setting: "on" },
    { name: "full_page_writes", setting: "on" },
    { name: "synchronous_commit", setting: "on" },
    { name: "wal_sync_method", setting: "fsync" },
  ]);
});

test("a commit calls the host's fsync, and a read does not", async () => {
  const operations = engine.Module.FS.filesystems.NODEFS.stream_ops;
  const passedOn = operations.fsync;
  let calls = 0;
  operations.fsync = (stream: unknown) => {
    calls += 1;
    return passedOn(stream);
  };
  await engine.exec("CREATE TABLE committed (id integer)");
  const before = calls;
  await engine.query("INSERT INTO committed VALUES (1)");
  expect(calls).toBe(before + 1);
  await engine.query("SELECT * FROM committed");
  expect(calls).toBe(before + 1);
});

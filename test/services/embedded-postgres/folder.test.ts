// Who may use the folder of an embedded database, and what a command beside its owner gets.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import type { Database } from "../../../src/core/database.ts";
import { connectEmbedded, openEmbedded } from "../../../src/services/embedded-postgres/embedded-database.ts";
import { aResult } from "../../contract/a-result.ts";
import { removeFolder, temporaryFolder } from "../../harness/temporary-folder.ts";
import { quietLog } from "../postgres/quiet-log.ts";

let parent: string;
/** A migrated folder, copied for each test: making one takes seconds. */
let made: string;
let folder: string;
let copies = 0;

beforeAll(async () => {
  parent = await temporaryFolder("folder");
  made = path.join(parent, "made");
  const database = await openEmbedded({ folder: made, log: quietLog });
  await database.migrate();
  await database.close();
});

beforeEach(async () => {
  copies += 1;
  folder = path.join(parent, `copy-${copies}`);
  await cp(made, folder, { recursive: true });
});

afterAll(async () => {
  await removeFolder(parent);
});

async function owned(): Promise<Database> {
  const database = await openEmbedded({ folder, log: quietLog });
  onTestFinished(() => database.close());
  return database;
}

/** A process that owns the folder until it is killed. */
async function owningProcess(): Promise<ChildProcess & { readonly pid: number }> {
  const script = path.join(import.meta.dirname, "recording-process.ts");
  const child = spawn(process.execPath, [script, folder], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith("result")) break;
  }
  child.stdout.resume();
  const { pid } = child;
  if (pid === undefined) throw new Error("not started");
  return Object.assign(child, { pid });
}

test("a second owner is refused in one line that names the folder and the process", async () => {
  const owner = await owningProcess();
  const refusal = openEmbedded({ folder, log: quietLog });
  await expect(refusal).rejects.toMatchObject({ name: "FailureError" });
  await expect(refusal).rejects.toThrow(
    `${folder} is in use by process ${owner.pid}: stop that one, or use another folder (--data)`,
  );
});

test("of many that open a folder at the same time exactly one gets it", async () => {
  const attempts = await Promise.allSettled(
    Array.from({ length: 5 }, () => openEmbedded({ folder, log: quietLog })),
  );
  const winners = attempts.filter((attempt) => attempt.status === "fulfilled");
  await Promise.all(winners.map(({ value }) => value.close()));
  expect(winners).toHaveLength(1);
});

test("a folder whose owner was killed is taken over at once", async () => {
  const owner = await owningProcess();
  owner.kill("SIGKILL");
  await once(owner, "exit");
  const database = await owned();
  expect(await database.history.results({ limit: 1 })).toHaveLength(1);
});

test("what a dead owner left, with the number of a process that lives now, stops nobody", async () => {
  await writeFile(path.join(folder, "owner.json"), JSON.stringify({ pid: process.pid, kind: "process" }));
  await writeFile(path.join(folder, "server.json"), JSON.stringify({ pid: process.pid, startedAt: "1" }));
  const left = [
    process.pid,
    path.join(folder, "postgres"),
    1,
    5432,
    folder,
    "",
    "  1234567         1",
    "ready",
  ];
  await writeFile(path.join(folder, "postgres", "postmaster.pid"), `${left.join("\n")}\n`);
  await writeFile(path.join(folder, ".s.PGSQL.5432"), "no socket at all");
  const database = await owned();
  expect(await database.sites.list()).toEqual([]);
});

test("a command beside the owner sees its data and adds to it", async () => {
  const owner = await owned();
  const result = aResult({ slot: new Date().toISOString() });
  await owner.results.record([result]);
  const command = await connectEmbedded({ folder, log: quietLog });
  onTestFinished(() => command.close());
  expect(await command.history.results({ limit: 5 })).toEqual([result]);
  await command.results.record([{ ...result, location: "elsewhere" }]);
  expect(await owner.history.results({ limit: 5 })).toHaveLength(2);
});

test("a command where nobody owns the folder opens it itself, and gives it up", async () => {
  const command = await connectEmbedded({ folder, log: quietLog });
  expect(await command.sites.list()).toEqual([]);
  await command.close();
  const database = await owned();
  expect(await database.sites.list()).toEqual([]);
});

test("an owner waits for a command that has the folder", async () => {
  const command = await connectEmbedded({ folder, log: quietLog });
  const opening = owned();
  expect(await command.sites.list()).toEqual([]);
  await command.close();
  expect(await (await opening).sites.list()).toEqual([]);
});

test("a folder that is missing is made, with everything in it for its owner only", async () => {
  const missing = path.join(parent, "not", "there", "yet");
  const database = await connectEmbedded({ folder: missing, log: quietLog });
  onTestFinished(() => database.close());
  expect(await database.migrate()).not.toEqual([]);
  expect((await stat(missing)).mode & 0o777).toBe(0o700);
});

test("a path that can be no folder is refused in one line", async () => {
  const file = path.join(parent, "a-file");
  await writeFile(file, "");
  const refusal = openEmbedded({ folder: path.join(file, "data"), log: quietLog });
  await expect(refusal).rejects.toMatchObject({ name: "FailureError" });
  await expect(refusal).rejects.toThrow(/^the folder .*a-file\/data can't be used: .*ENOTDIR/);
});

test("a folder of another major version is refused with the way out", async () => {
  await writeFile(path.join(folder, "postgres", "PG_VERSION"), "15\n");
  const refusal = openEmbedded({ folder, log: quietLog });
  await expect(refusal).rejects.toMatchObject({ name: "FailureError" });
  await expect(refusal).rejects.toThrow(
    /is of PostgreSQL 15, and this Sitewire brings 18: dump it .*pg_dump/,
  );
});

test("a long path keeps its socket elsewhere and works all the same", async () => {
  const long = path.join(parent, "a-very-long-name-".repeat(8));
  await cp(made, long, { recursive: true });
  const owner = await openEmbedded({ folder: long, log: quietLog });
  onTestFinished(() => owner.close());
  const command = await connectEmbedded({ folder: long, log: quietLog });
  onTestFinished(() => command.close());
  expect(await command.sites.list()).toEqual([]);
});

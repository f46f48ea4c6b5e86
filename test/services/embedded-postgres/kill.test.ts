// SIGKILL in the middle of writing, again and again: what was acknowledged is there, and the folder is sound.
// KILL_ROUNDS=50 makes it the long form.
import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openEmbedded } from "../../../src/services/embedded-postgres/embedded-database.ts";
import { removeFolder, temporaryFolder } from "../../harness/temporary-folder.ts";
import { quietLog } from "../postgres/quiet-log.ts";
import { soundnessOf } from "./soundness.ts";

const ROUNDS = Number(process.env.KILL_ROUNDS ?? 10);
/** The kill comes a random time after the first acknowledgement; every third round, after the start. */
const LONGEST_LIFE_MS = 400;

let parent: string;
let folder: string;

beforeEach(async () => {
  parent = await temporaryFolder("kill");
  folder = path.join(parent, "data");
});

afterEach(async () => {
  await removeFolder(parent);
});

interface Recording {
  readonly acknowledged: readonly string[];
  /** Resolves with the first acknowledgement. */
  readonly begun: Promise<void>;
  kill(): Promise<void>;
}

function startRecording(round: number): Recording {
  const script = path.join(import.meta.dirname, "recording-process.ts");
  const child: ChildProcess = spawn(process.execPath, [script, folder, String(round)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const acknowledged: string[] = [];
  const { promise: begun, resolve, reject } = Promise.withResolvers<void>();
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  // Killed before it began is one of the cases; nobody waits for it then.
  begun.catch(() => {});
  if (child.stdout === null) throw new Error("no standard output");
  const lines = createInterface({ input: child.stdout });
  lines.on("line", (line) => {
    acknowledged.push(line);
    resolve();
  });
  lines.on("close", () => {
    reject(new Error("it ended before it acknowledged anything"));
    end();
  });
  return {
    acknowledged,
    begun,
    async kill() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

test(`a folder survives ${ROUNDS} kills in the middle of writing, with all that was acknowledged`, async () => {
  const acknowledged = new Set<string>();
  for (let round = 0; round < ROUNDS; round += 1) {
    const recording = startRecording(round);
    const diesEarly = round % 3 === 2;
    if (!diesEarly) await recording.begun;
    // Not to wait for anything: the moment itself is what is tried.
    await delay(Math.random() * LONGEST_LIFE_MS);
    await recording.kill();
    for (const line of recording.acknowledged) acknowledged.add(line);
  }
  const last = startRecording(ROUNDS);
  await last.begun;
  await last.kill();
  for (const line of last.acknowledged) acknowledged.add(line);

  const database = await openEmbedded({ folder, log: quietLog });
  const client = new pg.Client({ host: folder, user: "postgres", database: "postgres" });
  await client.connect();
  const { rows: results } = await client.query<{ line: string }>(
    `SELECT 'result ' || site_id || ' ' || to_char(slot AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS line
     FROM check_results`,
  );
  const { rows: events } = await client.query<{ line: string }>(
    "SELECT 'event ' || payload AS line FROM outbox",
  );
  const there = new Set([...results, ...events].map(({ line }) => line));
  expect(acknowledged.size).toBeGreaterThan(ROUNDS);
  expect([...acknowledged].filter((line) => !there.has(line))).toEqual([]);
  expect(there.size).toBe(results.length + events.length);

  const { rows: counted } = await client.query<{ recount: string; daily: string; hourly: string }>(
    `SELECT (SELECT count(*) FROM check_results) AS recount, (SELECT sum(up) FROM uptime_daily) AS daily,
       (SELECT sum(up) FROM uptime_hourly) AS hourly`,
  );
  const [{ recount, daily, hourly } = {}] = counted;
  expect([daily, hourly]).toEqual([recount, recount]);

  const soundness = await soundnessOf(folder);
  expect(soundness.faults).toEqual([]);
  expect(soundness.indexes).toBeGreaterThan(50);
  await client.end();
  await database.close();
}, 600_000);

test("a kill while the database is first made leaves nothing half made", async () => {
  for (const lifeMs of [300, 900, 1500]) {
    const recording = startRecording(0);
    await delay(lifeMs);
    await recording.kill();
  }
  const recording = startRecording(0);
  await recording.begun;
  await recording.kill();
}, 120_000);

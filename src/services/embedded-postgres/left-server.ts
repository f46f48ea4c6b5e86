/**
 * A server that was left behind by a Sitewire that was killed. Only for who holds the folder's lock: nobody alive uses
 * that server through us. It is ended, and never another process: its id, its program, its folder and the time of its
 * start are compared first.
 */
import { spawnSync } from "node:child_process";
import { readFileSync, readlinkSync, realpathSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { FailureError } from "../../contract/errors.ts";
import type { Log } from "../../core/log.ts";
import { disownPostmaster, notedPid } from "./postmaster-file.ts";
import { signalServer } from "./signals.ts";

const FILE = "server.json";
const noteSchema = z.object({ pid: z.number(), startedAt: z.string() });

const FAST_MS = 20_000;
const IMMEDIATE_MS = 10_000;
const POLL_MS = 20;

/** Notes which process serves the folder, so that it is known for certain later. */
export function noteServer(folder: string, pid: number): void {
  const startedAt = startOf(pid);
  if (startedAt !== null) writeFileSync(path.join(folder, FILE), JSON.stringify({ pid, startedAt }));
}

/**
 * Ends the server that the data folder's file names, if it is still that server: gracefully, then at once. Throws
 * `FailureError` when it does not end.
 */
export async function endLeftServer(folder: string, dataFolder: string, log: Log): Promise<void> {
  const pid = notedPid(dataFolder);
  if (pid === null || !isAlive(pid)) return;
  if (!isServerOf(pid, folder, dataFolder)) {
    disownPostmaster(dataFolder);
    return;
  }
  const signals = [
    ["SIGINT", FAST_MS],
    ["SIGQUIT", IMMEDIATE_MS],
    ["SIGKILL", IMMEDIATE_MS],
  ] as const;
  for (const [signal, waitMs] of signals) {
    signalServer(pid, signal);
    if (await isGone(pid, waitMs)) {
      log.info({ pid, signal }, "ended a PostgreSQL server that an earlier run had left behind");
      return;
    }
  }
  throw new FailureError(`${folder} is served by process ${pid}, which does not end: end it, then try again`);
}

/** Where the system tells a process's folder and program, both must fit; the noted start time, wherever there is one. */
function isServerOf(pid: number, folder: string, dataFolder: string): boolean {
  const noted = readNote(folder);
  if (noted?.pid === pid && noted.startedAt !== startOf(pid)) return false;
  if (process.platform !== "linux") return noted?.pid === pid;
  try {
    const isPostgres = path.basename(readlinkSync(`/proc/${pid}/exe`)).startsWith("postgres");
    return isPostgres && readlinkSync(`/proc/${pid}/cwd`) === realpathSync(dataFolder);
  } catch {
    return false;
  }
}

function readNote(folder: string): z.infer<typeof noteSchema> | null {
  try {
    return noteSchema.parse(JSON.parse(readFileSync(path.join(folder, FILE), "utf8")));
  } catch {
    return null;
  }
}

/** When a process started: ticks since boot on Linux (proc(5), field 22), else as ps prints it. Compare only. */
function startOf(pid: number): string | null {
  if (process.platform !== "linux") {
    const { stdout } = spawnSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" });
    return stdout?.trim() || null;
  }
  return statusOf(pid)[19] ?? null;
}

async function isGone(pid: number, waitMs: number): Promise<boolean> {
  const deadlineMs = performance.now() + waitMs;
  while (isAlive(pid)) {
    if (performance.now() > deadlineMs) return false;
    await delay(POLL_MS);
  }
  return true;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** A process that has ended and whose parent has not asked yet; in a container that may be never. */
function isZombie(pid: number): boolean {
  return statusOf(pid)[0] === "Z";
}

/** The fields of /proc/PID/stat after the name, which may hold anything; none where there is no such process. */
function statusOf(pid: number): readonly string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return [];
  }
}

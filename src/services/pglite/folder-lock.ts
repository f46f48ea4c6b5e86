/**
 * One owner of a folder at a time. The lock is the operating system's, on a file, and falls with the process that holds
 * it, however that ended: there is no stale lock to take over and no process id to mistake for another's. SQLite is how
 * Node reaches such a lock without native code; nothing is stored in it.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";

const LOCK_FILE = "owner.lock";
const OWNER_FILE = "owner.json";

export interface FolderLock {
  release(): void;
}

/** Null while another process, or another part of this one, holds the folder. Creates the folder. */
export function lockFolder(folder: string): FolderLock | null {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lock = new DatabaseSync(path.join(folder, LOCK_FILE), { timeout: 0 });
  try {
    lock.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    lock.close();
    if (isBusy(error)) return null;
    throw error;
  }
  // For people only: who to look for when the folder is held.
  writeFileSync(path.join(folder, OWNER_FILE), JSON.stringify({ pid: process.pid }));
  return { release: () => lock.close() };
}

/** The process id of who holds the folder, or held it last; null where that is unknown. */
export function ownerOf(folder: string): number | null {
  try {
    const owner: unknown = JSON.parse(readFileSync(path.join(folder, OWNER_FILE), "utf8"));
    return typeof owner === "object" && owner !== null && "pid" in owner && typeof owner.pid === "number"
      ? owner.pid
      : null;
  } catch {
    return null;
  }
}

const SQLITE_BUSY = 5;

function isBusy(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && error.errcode === SQLITE_BUSY;
}

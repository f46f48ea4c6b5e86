/**
 * One owner of a folder at a time. The lock is the operating system's, on a file, and falls with the process that holds
 * it, however that ended: there is no stale lock to take over and no process id to mistake for another's. SQLite is how
 * Node reaches such a lock without native code; nothing is stored in it.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { FailureError, messageOf } from "../../contract/errors.ts";

const LOCK_FILE = "owner.lock";
const OWNER_FILE = "owner.json";
/** SQLite's result code for a lock that another has. */
const SQLITE_BUSY = 5;

export interface FolderLock {
  release(): void;
}

/**
 * Null while another process, or another part of this one, holds the folder. Creates the folder. Throws `FailureError`
 * when the folder can't be used.
 */
export function lockFolder(folder: string): FolderLock | null {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const lock = new DatabaseSync(path.join(folder, LOCK_FILE), { timeout: 0 });
    if (!taken(lock)) return null;
    // For people only: who to look for when the folder is held.
    writeFileSync(path.join(folder, OWNER_FILE), JSON.stringify({ pid: process.pid }));
    return { release: () => lock.close() };
  } catch (error) {
    const reason = messageOf(error);
    throw new FailureError(`the folder ${folder} can't be used: ${reason}`, { cause: error });
  }
}

/** Closes the file when somebody else has the lock. */
function taken(lock: DatabaseSync): boolean {
  try {
    lock.exec("BEGIN EXCLUSIVE");
    return true;
  } catch (error) {
    lock.close();
    if (error instanceof Error && "errcode" in error && error.errcode === SQLITE_BUSY) return false;
    throw error;
  }
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

/**
 * One owner of a folder at a time. The operating system holds the lock, on a file, and releases it when the process
 * ends, however it ends: a lock is never stale. Node offers no file locks of its own; SQLite, which is part of Node,
 * takes one, and nothing is stored in its file.
 */
import { accessSync, constants, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import { FailureError } from "../../contract/errors.ts";
import { folderTrouble, nearestExisting } from "../process/folder-trouble.ts";

const LOCK_FILE = "owner.lock";
const OWNER_FILE = "owner.json";
/** SQLite's result code for a lock that another has. */
const SQLITE_BUSY = 5;

/** A `command` ends soon; a `process` runs until someone stops it. */
type OwnerKind = "command" | "process";

const ownerSchema = z.object({ pid: z.number(), kind: z.enum(["command", "process"]) });

export interface FolderLock {
  release(): void;
}

/**
 * Null while another process, or another part of this one, holds the folder. Creates the folder. Throws `FailureError`
 * when the folder can't be used.
 */
export function lockFolder(folder: string, kind: OwnerKind): FolderLock | null {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const lock = new DatabaseSync(path.join(folder, LOCK_FILE), { timeout: 0 });
    if (!taken(lock)) return null;
    writeFileSync(path.join(folder, OWNER_FILE), JSON.stringify({ pid: process.pid, kind }));
    return { release: () => lock.close() };
  } catch (error) {
    throw new FailureError(`the folder ${folder} can't be used: ${reasonOf(error, folder)}`, {
      cause: error,
    });
  }
}

/** Node tells ENOENT where a parent folder is read-only; asking for the right to write there tells the reason. */
function reasonOf(error: unknown, folder: string): string {
  try {
    accessSync(nearestExisting(folder), constants.W_OK);
  } catch (denied) {
    return folderTrouble(denied, folder);
  }
  return folderTrouble(error, folder);
}

/** Closes the file when another has the lock. */
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

/** Who holds the folder, or held it last; null where that is unknown. */
export function ownerOf(folder: string): { readonly pid: number; readonly kind: OwnerKind } | null {
  try {
    return ownerSchema.parse(JSON.parse(readFileSync(path.join(folder, OWNER_FILE), "utf8")));
  } catch {
    return null;
  }
}

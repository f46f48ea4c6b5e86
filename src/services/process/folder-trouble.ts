/** Why a folder can't be written, with what to do about it: a data folder is often a volume that somebody else mounted. */
import { existsSync } from "node:fs";
import path from "node:path";
import { messageOf } from "../../contract/errors.ts";

/** One line for the error of a file operation in the folder: path, reason and remedy. */
export function folderTrouble(error: unknown, folder: string): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  switch (code) {
    case "EROFS":
      return `${folder} is read-only (${code}): mount a writable volume there, or name another folder in SITEWIRE_DATA`;
    case "ENOSPC":
    case "EDQUOT":
      return `the disk of ${folder} is full (${code}): free some space, or name a folder on another disk in SITEWIRE_DATA`;
    case "EACCES":
    case "EPERM": {
      const user = process.getuid?.();
      return `${folder} may not be written by user ${user} (${code}): chown -R ${user} ${folder}, where the volume is mounted`;
    }
    default:
      return `${folder} can't be written: ${messageOf(error)}`;
  }
}

/** The path itself, or the nearest folder above it that is there. */
export function nearestExisting(folder: string): string {
  let existing = path.resolve(folder);
  while (!existsSync(existing) && path.dirname(existing) !== existing) existing = path.dirname(existing);
  return existing;
}

/** `postmaster.pid`, in which a server says who and where it is (PostgreSQL source, miscadmin.h, LOCK_FILE_LINE_…). */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Listening } from "./settings.ts";

const FILE = "postmaster.pid";

export interface Postmaster {
  readonly pid: number;
  readonly listening: Listening;
  /** False while it starts, recovers or stops. */
  readonly isReady: boolean;
}

/** Null where no server has written one, or has not finished writing it. */
export function readPostmaster(dataFolder: string): Postmaster | null {
  const lines = linesOf(dataFolder);
  const [pid, , , port, socketFolder, host] = lines.map((line) => line.trim());
  if (!pid || !port || !(socketFolder || host)) return null;
  const listening: Listening = socketFolder
    ? { kind: "socket", socketFolder }
    : { kind: "tcp", host: host ?? "", port: Number(port) };
  return { pid: Number(pid), listening, isReady: lines[7]?.trim() === "ready" };
}

/** The process id of the server that runs, or ran, on the folder; null where none is noted. */
export function notedPid(dataFolder: string): number | null {
  const pid = Number(linesOf(dataFolder)[0]);
  return Number.isInteger(pid) && pid > 0 ? pid : null;
}

/**
 * Says that this process, the next server's parent, wrote the file. A server accepts that: it knows then that no other
 * server did, and still checks by the rest of the file that no process of the former one lives. For when the process id
 * in the file is another program's now, which would make the server refuse to start.
 */
export function disownPostmaster(dataFolder: string): void {
  const [, ...rest] = linesOf(dataFolder);
  writeFileSync(path.join(dataFolder, FILE), [String(process.pid), ...rest].join("\n"));
}

function linesOf(dataFolder: string): readonly string[] {
  try {
    return readFileSync(path.join(dataFolder, FILE), "utf8").split("\n");
  } catch {
    return [];
  }
}

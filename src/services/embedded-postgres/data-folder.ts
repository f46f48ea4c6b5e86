/** PostgreSQL's data folder within Sitewire's: makes it, all or nothing, and refuses one of another major version. */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chownSync,
  closeSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { FailureError, messageOf } from "../../contract/errors.ts";
import type { PostgresBinaries } from "./binaries.ts";
import type { RunningAs } from "./running-as.ts";

export const SUPERUSER = "postgres";

/** The server's password, for the connections that need one: those over TCP. */
const PASSWORD_FILE = "password";
const UNFINISHED = "postgres.unfinished-";

export function dataFolderOf(folder: string): string {
  return path.join(folder, "postgres");
}

/** True where a database has been made in the folder, or where this user may not look into it. */
export function holdsDatabase(folder: string): boolean {
  try {
    statSync(path.join(dataFolderOf(folder), "PG_VERSION"));
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EACCES";
  }
}

/** Null where there is none yet. */
export function passwordOf(folder: string): string | null {
  try {
    return readFileSync(path.join(folder, PASSWORD_FILE), "utf8");
  } catch {
    return null;
  }
}

/** Throws `FailureError` for a data folder that another major version made. */
export function refuseOtherVersion(folder: string, { majorVersion }: PostgresBinaries): void {
  if (!holdsDatabase(folder)) return;
  const found = readFileSync(path.join(dataFolderOf(folder), "PG_VERSION"), "utf8").trim();
  if (found === majorVersion) return;
  throw new FailureError(
    `the database in ${folder} is of PostgreSQL ${found}, and this Sitewire brings ${majorVersion}: ` +
      "dump it with the Sitewire that made it running (pg_dump) and restore it into a new folder (--data)",
  );
}

/** Makes the data folder where there is none. What a crash left half made is removed. Throws `FailureError`. */
export async function makeDataFolder(
  folder: string,
  binaries: PostgresBinaries,
  as: RunningAs,
): Promise<void> {
  if (holdsDatabase(folder)) return;
  removeUnfinished(folder);
  const unfinished = mkdtempSync(path.join(folder, UNFINISHED));
  const passwordFile = path.join(folder, PASSWORD_FILE);
  writeFileSync(passwordFile, randomBytes(24).toString("base64url"), { mode: 0o600 });
  for (const made of [unfinished, passwordFile]) giveTo(as, made);
  try {
    await initialise(unfinished, passwordFile, binaries, as);
    renameSync(unfinished, dataFolderOf(folder));
    syncFolder(folder);
  } catch (error) {
    removeUnfinished(folder);
    throw error;
  }
}

function removeUnfinished(folder: string): void {
  for (const entry of readdirSync(folder)) {
    if (entry.startsWith(UNFINISHED)) rmSync(path.join(folder, entry), { recursive: true, force: true });
  }
}

async function initialise(
  dataFolder: string,
  passwordFile: string,
  { initdb }: PostgresBinaries,
  { prefix, identity }: RunningAs,
): Promise<void> {
  const [command = initdb, ...args] = [
    ...prefix,
    initdb,
    `--pgdata=${dataFolder}`,
    `--username=${SUPERUSER}`,
    `--pwfile=${passwordFile}`,
    // Who may enter the socket's folder is this user; over TCP the password decides.
    "--auth-local=trust",
    "--auth-host=scram-sha-256",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--no-instructions",
  ];
  const child = spawn(command, args, { ...identity, cwd: "/", stdio: ["ignore", "ignore", "pipe"] });
  const said: string[] = [];
  createInterface({ input: child.stderr }).on("line", (line) => said.push(line));
  const { promise: ended, resolve } = Promise.withResolvers<number | null>();
  child.once("error", (error) => {
    said.push(messageOf(error));
    resolve(null);
  });
  child.once("close", resolve);
  if ((await ended) === 0) return;
  throw new FailureError(reasonOf(said));
}

/** The first complaint: the lines after it say what was undone. */
function reasonOf(said: readonly string[]): string {
  const complaint = said.find((line) => /(?:FATAL|PANIC|ERROR|error):/.test(line)) ?? said.at(-1);
  return complaint?.replace(/^.*?(?:FATAL|PANIC|ERROR|error):\s*/, "") ?? "initdb failed";
}

function giveTo({ identity }: RunningAs, file: string): void {
  if (identity !== undefined) chownSync(file, identity.uid, identity.gid);
}

/** Makes the renaming durable; not every system can (Windows). */
function syncFolder(folder: string): void {
  if (process.platform === "win32") return;
  const opened = openSync(folder, "r");
  try {
    fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
}

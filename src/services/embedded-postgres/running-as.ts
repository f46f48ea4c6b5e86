/**
 * As whom the server runs. PostgreSQL refuses to run as root (manual, "The PostgreSQL User Account"), so root runs it as
 * the user who owns the data, or within a user namespace that maps root to an ordinary user and leaves files root's, or
 * else as an unprivileged user who is given the data.
 */
import { spawnSync } from "node:child_process";
import { chownSync, lstatSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { FailureError } from "../../contract/errors.ts";

interface Identity {
  readonly uid: number;
  readonly gid: number;
}

/** How a program of PostgreSQL is started. */
export interface RunningAs {
  /** Put before the program and its arguments. */
  readonly prefix: readonly string[];
  /** Who it becomes; absent where it stays who we are. */
  readonly identity?: Identity;
}

/** Any user but root does within the namespace. */
const NAMESPACE = ["unshare", "--user", "--map-user=1000", "--map-group=1000"];
/** The overflow user, `nobody` on most systems: it owns nothing else that matters. */
const UNPRIVILEGED: Identity = { uid: 65_534, gid: 65_534 };
const PROBE_TIMEOUT_MS = 5000;

export interface RunningAsOptions {
  /** Sitewire's folder and, within it, PostgreSQL's, which may not exist yet. */
  readonly folder: string;
  readonly dataFolder: string;
  /** A program of PostgreSQL, to see whether the user can run it at all. */
  readonly program: string;
  readonly uid?: number | undefined;
  /** False where the system is known to refuse user namespaces; they are tried otherwise. */
  readonly namespaces?: boolean | undefined;
}

/** Throws `FailureError` saying what to do where the server can't run. */
export function runningAs(options: RunningAsOptions): RunningAs {
  const uid = options.uid ?? process.getuid?.();
  const owner = ownerOf(options.dataFolder);
  if (uid === undefined) return { prefix: [] };
  if (uid !== 0) {
    if (owner !== null && owner.uid !== uid) {
      throw new FailureError(
        `${options.dataFolder} belongs to user ${owner.uid}, but this is user ${uid}: run as its owner, or use another folder (--data)`,
      );
    }
    return { prefix: [] };
  }
  if (owner !== null && owner.uid !== 0) {
    refuseUnreachable(owner, options.folder, options);
    return { prefix: [], identity: owner };
  }
  if (options.namespaces !== false && canRun({ prefix: NAMESPACE }, options.program))
    return { prefix: NAMESPACE };
  refuseUnreachable(UNPRIVILEGED, path.dirname(path.resolve(options.folder)), options);
  giveTo(UNPRIVILEGED, options);
  return { prefix: [], identity: UNPRIVILEGED };
}

function refuseUnreachable(identity: Identity, folder: string, { program }: RunningAsOptions): void {
  if (canRun({ prefix: [], identity }, program) && canEnter(identity, folder)) return;
  throw new FailureError(
    `PostgreSQL does not run as root, and user ${identity.uid} can't run ${program} or can't enter ${folder}: ` +
      "run sitewire as an ordinary user, or set DATABASE_URL to a PostgreSQL server",
  );
}

function canRun({ prefix, identity }: RunningAs, program: string): boolean {
  const [command = program, ...args] = [...prefix, program, "--version"];
  return spawnSync(command, args, { ...identity, stdio: "ignore", timeout: PROBE_TIMEOUT_MS }).status === 0;
}

function canEnter(identity: Identity, folder: string): boolean {
  return spawnSync("test", ["-x", folder], { ...identity, cwd: "/", stdio: "ignore" }).status === 0;
}

function ownerOf(folder: string): Identity | null {
  try {
    const { uid, gid } = statSync(folder);
    return { uid, gid };
  } catch {
    return null;
  }
}

/** Sitewire's folder itself stays with us in all but name: root reaches everything. */
function giveTo({ uid, gid }: Identity, { folder, dataFolder }: RunningAsOptions): void {
  chownSync(folder, uid, gid);
  if (ownerOf(dataFolder) === null) return;
  chownSync(dataFolder, uid, gid);
  for (const entry of readdirSync(dataFolder, { recursive: true, encoding: "utf8" })) {
    const file = path.join(dataFolder, entry);
    if (!lstatSync(file).isSymbolicLink()) chownSync(file, uid, gid);
  }
}

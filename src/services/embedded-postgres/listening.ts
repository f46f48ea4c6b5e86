/**
 * Where the server listens: on a Unix socket in Sitewire's folder; where a socket's path would be too long there, or
 * the file system has no sockets, in the system's temporary folder; where the system has none, on loopback.
 */
import { createHash } from "node:crypto";
import { chownSync, lstatSync, mkdirSync, realpathSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { FailureError } from "../../contract/errors.ts";
import type { RunningAs } from "./running-as.ts";
import type { Listening } from "./settings.ts";

/** PostgreSQL's own default; on a socket it only names a file. */
export const SOCKET_PORT = 5432;
/** macOS takes 104 bytes, Linux 108, the closing zero included. */
const LONGEST_PATH_BYTES = 103;
const LOOPBACK = ["127.0.0.1", "::1"];

export interface ListeningOptions {
  readonly folder: string;
  readonly as: RunningAs;
  /** False where the system has no Unix sockets. */
  readonly sockets?: boolean | undefined;
}

/** Throws `FailureError` where there is no place to listen at. */
export async function chooseListening({ folder, as, sockets }: ListeningOptions): Promise<Listening> {
  if (sockets ?? process.platform !== "win32") {
    for (const socketFolder of [realpathSync(folder), temporaryFolderFor(folder)]) {
      if (await takesSockets(socketFolder, folder, as)) return { kind: "socket", socketFolder };
    }
  }
  for (const host of LOOPBACK) {
    const port = await freePort(host);
    if (port !== null) return { kind: "tcp", host, port };
  }
  throw new FailureError(
    `the database in ${folder} has no place to listen at: no Unix sockets, no loopback address`,
  );
}

async function takesSockets(socketFolder: string, folder: string, as: RunningAs): Promise<boolean> {
  const probe = path.join(socketFolder, `.s.PGSQL.${SOCKET_PORT}.probe`);
  const lock = path.join(socketFolder, `.s.PGSQL.${SOCKET_PORT}.lock`);
  if (Math.max(Buffer.byteLength(lock), Buffer.byteLength(probe)) > LONGEST_PATH_BYTES) return false;
  if (socketFolder !== realpathSync(folder)) makePrivate(socketFolder, as);
  rmSync(probe, { force: true });
  const listened = await listens({ path: probe });
  rmSync(probe, { force: true });
  return listened !== null;
}

/** The name is a hash of the data folder, so a restart finds the same socket. */
function temporaryFolderFor(folder: string): string {
  const name = createHash("sha256").update(realpathSync(folder)).digest("hex").slice(0, 16);
  return path.join(tmpdir(), `sitewire-${name}`);
}

/** Anyone may write the temporary folder, so another user may have been here first. Throws `FailureError`. */
function makePrivate(socketFolder: string, { identity }: RunningAs): void {
  mkdirSync(socketFolder, { recursive: true, mode: 0o700 });
  const found = lstatSync(socketFolder);
  const ours = [process.getuid?.(), identity?.uid].includes(found.uid);
  if (!found.isDirectory() || !ours || (found.mode & 0o077) !== 0) {
    throw new FailureError(`${socketFolder} is not a private folder of this user: remove it`);
  }
  if (identity !== undefined) chownSync(socketFolder, identity.uid, identity.gid);
}

async function freePort(host: string): Promise<number | null> {
  return await listens({ host, port: 0 });
}

/** The port that was listened on, 0 for a path; null where that can't be done. */
async function listens(where: { path: string } | { host: string; port: number }): Promise<number | null> {
  const server = createServer();
  const { promise, resolve } = Promise.withResolvers<number | null>();
  server.once("error", () => resolve(null));
  server.listen(where, () => {
    const address = server.address();
    const port = address !== null && typeof address === "object" ? address.port : 0;
    server.close(() => resolve(port));
  });
  return await promise;
}

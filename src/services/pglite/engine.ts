/**
 * PGlite, PostgreSQL as WebAssembly, on a folder, with commits that wait for the disk. As it comes, PGlite runs with
 * `fsync` off, and its file system ignores the call; both are put right here (test/services/pglite/durability.test.ts).
 */
import { closeSync, existsSync, fsyncSync, openSync } from "node:fs";
import { readdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { NodeFS } from "@electric-sql/pglite/nodefs";
import { messageOf } from "../../contract/errors.ts";

/** PGlite's own, less `-F` (fsync off). */
const START_PARAMETERS = [
  ...PGlite.defaultStartParams.filter((parameter) => parameter !== "-F"),
  ...settings({
    // The file system knows no fdatasync; this is the call that it passes on.
    wal_sync_method: "fsync",
    // There is nobody to replicate to.
    wal_level: "minimal",
    max_wal_senders: "0",
    min_wal_size: "32MB",
    max_wal_size: "64MB",
    shared_buffers: "32MB",
    TimeZone: "UTC",
    client_min_messages: "warning",
  }),
];

/** A line of PostgreSQL's log that says why it can't go on. */
const SERIOUS = /(?:FATAL|PANIC|^postgres):\s+(.*\S)/;

/**
 * Opens the database in `folder`, recovering it after a crash; makes it where there is none. Rejects with
 * PostgreSQL's own reason.
 */
export async function startEngine(folder: string): Promise<PGlite> {
  if (!existsSync(path.join(folder, "PG_VERSION"))) await create(folder);
  return await start(folder);
}

async function start(folder: string): Promise<PGlite> {
  let lastWord = "";
  const hear = (line: string): boolean => {
    lastWord = SERIOUS.exec(line)?.[1] ?? lastWord;
    return false;
  };
  try {
    const fs = new DurableFolder(folder);
    return await PGlite.create({ fs, startParams: START_PARAMETERS, onStderr: hear });
  } catch (error) {
    const reason = messageOf(error);
    throw new Error(lastWord === "" ? reason : lastWord, { cause: error });
  }
}

/** Made beside its place and moved there when complete, so that a crash in between leaves nothing half made. */
async function create(folder: string): Promise<void> {
  const beside = `${folder}.new`;
  await rm(beside, { recursive: true, force: true });
  await (await start(beside)).close();
  await syncTree(beside);
  // What lies in the way has no PG_VERSION: it never was a database.
  await rm(folder, { recursive: true, force: true });
  await rename(beside, folder);
  syncPath(path.dirname(folder));
}

async function syncTree(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    syncPath(path.join(entry.parentPath, entry.name));
  }
  syncPath(folder);
}

function syncPath(file: string): void {
  try {
    const descriptor = openSync(file, "r");
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    // Windows opens no folders, and needs no sync of them.
    if (process.platform !== "win32") throw error;
  }
}

function settings(values: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(values).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}

/** A folder of the host whose `fsync` reaches the disk. */
class DurableFolder extends NodeFS {
  override async init(...[pglite, options]: Parameters<NodeFS["init"]>): ReturnType<NodeFS["init"]> {
    const { emscriptenOpts } = await super.init(pglite, options);
    const passOnSync = (module: {
      readonly FS: { readonly filesystems: { readonly NODEFS: object } };
    }): void => {
      addSync(module.FS.filesystems.NODEFS);
    };
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [...(emscriptenOpts.preRun ?? []), passOnSync] } };
  }
}

interface NodeStream {
  readonly nfd: number;
}

interface NodeFileSystem {
  readonly stream_ops: { fsync?: (stream: NodeStream) => number };
  tryFSOperation<T>(operation: () => T): T;
}

function addSync(fileSystem: object): void {
  if (!isNodeFileSystem(fileSystem))
    throw new Error("PGlite's file system is not as expected: no durable commits");
  fileSystem.stream_ops.fsync = ({ nfd }) =>
    fileSystem.tryFSOperation(() => {
      fsyncSync(nfd);
      return 0;
    });
}

function isNodeFileSystem(value: object): value is NodeFileSystem {
  return "stream_ops" in value && "tryFSOperation" in value;
}

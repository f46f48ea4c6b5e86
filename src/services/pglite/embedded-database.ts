/** Sitewire's tables in a folder: PostgreSQL inside this process or, beside a process that has it, through that one. */

import path from "node:path";
import type { Duplex } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { FailureError } from "../../contract/errors.ts";
import type { Log } from "../../core/log.ts";
import type { Database } from "../database.ts";
import { sqlTypes } from "../postgres/connection.ts";
import { forgetLeases } from "../postgres/leases.ts";
import { SqlService } from "../postgres/sql.ts";
import { createSqlDatabase } from "../postgres/sql-database.ts";
import { answers, LocalSocket } from "./client-streams.ts";
import { EngineThread } from "./engine-thread.ts";
import { type FolderLock, lockFolder, ownerOf } from "./folder-lock.ts";
import { socketPathOf } from "./socket-path.ts";

export interface EmbeddedOptions {
  /** Made where it is missing. */
  readonly folder: string;
  readonly log: Log;
}

/** The engine's own folder within ours. */
const DATABASE = "database";
const SCHEMA = "public";
/** The engine runs one transaction at a time; more connections are places to wait in. */
const MAX_CONNECTIONS = 8;
/** The wait for a command that has the folder, or for an owner that is starting. */
const PATIENCE_MS = 15_000;
const POLL_MS = 50;

/** Owns the folder until closed. Throws `FailureError` when another process owns it. */
export async function openEmbedded({ folder, log }: EmbeddedOptions): Promise<Database> {
  const access = await takeOrReach(folder);
  if (access === "reachable") throw alreadyOwned(folder);
  return await ownDatabase({ folder, log }, access, { listen: true });
}

/** Reaches the folder's database through its owner, or owns it where nobody does. Throws `FailureError`. */
export async function connectEmbedded({ folder, log }: EmbeddedOptions): Promise<Database> {
  const access = await takeOrReach(folder);
  if (access !== "reachable") return await ownDatabase({ folder, log }, access, { listen: false });
  const socketPath = socketPathOf(folder);
  const service = serviceOver(
    () => new LocalSocket(socketPath),
    () => nameOf(folder),
    log,
  );
  return createSqlDatabase({ service, schema: SCHEMA, log, onClosed: async () => {} });
}

/** The folder's lock, or `reachable` where its owner serves it. */
async function takeOrReach(folder: string): Promise<FolderLock | "reachable"> {
  const deadlineMs = performance.now() + PATIENCE_MS;
  for (;;) {
    const lock = lockFolder(folder);
    if (lock !== null) return lock;
    if (await answers(socketPathOf(folder))) return "reachable";
    if (performance.now() > deadlineMs) throw alreadyOwned(folder);
    await delay(POLL_MS);
  }
}

async function ownDatabase(
  { folder, log }: EmbeddedOptions,
  lock: FolderLock,
  { listen }: { readonly listen: boolean },
): Promise<Database> {
  const start = {
    databaseFolder: path.join(folder, DATABASE),
    socketPath: listen ? socketPathOf(folder) : null,
  };
  try {
    const engine = await EngineThread.start(start, log);
    const server = (): string => {
      const why = engine.whyDown;
      return why === null ? nameOf(folder) : `${nameOf(folder)} (down: ${why})`;
    };
    const close = async (): Promise<void> => {
      await engine.stop();
      lock.release();
    };
    const service = serviceOver(() => engine.connect(), server, log);
    // Whoever held one here is gone: the folder's lock says so.
    await forgetLeases(service);
    return createSqlDatabase({ service, schema: SCHEMA, log, onClosed: close });
  } catch (error) {
    lock.release();
    const reason = error instanceof Error ? error.message : String(error);
    throw new FailureError(`${nameOf(folder)} can't be started: ${reason}`, { cause: error });
  }
}

function serviceOver(stream: () => Duplex, server: () => string, log: Log): SqlService {
  const connection = () => ({ stream, user: "postgres", password: "", types: sqlTypes, ssl: false });
  return new SqlService({ connection, maxConnections: MAX_CONNECTIONS, server, prepare: false, log });
}

function nameOf(folder: string): string {
  return `embedded database in ${folder}`;
}

function alreadyOwned(folder: string): FailureError {
  const pid = ownerOf(folder);
  const who = pid === null ? "another process" : `process ${pid}`;
  return new FailureError(`${folder} is in use by ${who}: stop that one, or use another folder (--data)`);
}

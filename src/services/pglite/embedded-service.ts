/** SQL to the database of a folder: PostgreSQL inside this process or, beside a process that has it, through that one. */
import { existsSync } from "node:fs";
import path from "node:path";
import type { Duplex } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { FailureError, messageOf } from "../../contract/errors.ts";
import type { Log } from "../../core/log.ts";
import { sqlTypes } from "../postgres/connecting/connection.ts";
import { SqlService } from "../postgres/connecting/sql.ts";
import { answers, LocalSocket } from "./client-streams.ts";
import { EngineThread } from "./engine-thread.ts";
import { type FolderLock, lockFolder, ownerOf } from "./folder-lock.ts";
import { socketPathOf } from "./socket-path.ts";

export const EMBEDDED_SCHEMA = "public";

/** The engine's own folder within ours. */
const DATABASE = "database";
/** The engine runs one transaction at a time; more connections are places to wait in. */
const MAX_CONNECTIONS = 8;
/** The wait for a command that has the folder, or for an owner that is starting. */
const PATIENCE_MS = 15_000;
const POLL_MS = 50;

export interface EmbeddedOptions {
  /** Begins the names of Sitewire's topics. */
  readonly topicPrefix?: string;
  /** Made where it is missing. */
  readonly folder: string;
  readonly log: Log;
}

export interface EmbeddedService {
  readonly service: SqlService;
  /** True when the database runs in this process. */
  readonly owned: boolean;
  /** Call it after the service was closed. */
  readonly giveUp: () => Promise<void>;
}

/** True where a database has been made in the folder. */
export function holdsDatabase(folder: string): boolean {
  return existsSync(path.join(folder, DATABASE, "PG_VERSION"));
}

/** Owns the folder, and serves commands beside this process. Throws `FailureError` when another process owns it. */
export async function ownFolder(options: EmbeddedOptions): Promise<EmbeddedService> {
  const access = await takeOrReach(options.folder);
  if (access === "reachable") throw alreadyOwned(options.folder);
  return await startInside(options, access, socketPathOf(options.folder));
}

/** Reaches the folder's database through its owner, or owns it where nobody does. Throws `FailureError`. */
export async function reachFolder(options: EmbeddedOptions): Promise<EmbeddedService> {
  const access = await takeOrReach(options.folder);
  if (access !== "reachable") return await startInside(options, access, null);
  const socketPath = socketPathOf(options.folder);
  const stream = (): Duplex => new LocalSocket(socketPath);
  const service = serviceOver(stream, () => nameOf(options.folder), options.log);
  return { service, owned: false, giveUp: async () => {} };
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

async function startInside(
  { folder, log }: EmbeddedOptions,
  lock: FolderLock,
  socketPath: string | null,
): Promise<EmbeddedService> {
  try {
    const engine = await EngineThread.start({ databaseFolder: path.join(folder, DATABASE), socketPath }, log);
    const server = (): string => {
      const why = engine.whyDown;
      return why === null ? nameOf(folder) : `${nameOf(folder)} (down: ${why})`;
    };
    const giveUp = async (): Promise<void> => {
      await engine.stop();
      lock.release();
    };
    return { service: serviceOver(() => engine.connect(), server, log), owned: true, giveUp };
  } catch (error) {
    lock.release();
    const reason = messageOf(error);
    throw new FailureError(`${nameOf(folder)} can't be started: ${reason}`, { cause: error });
  }
}

function serviceOver(stream: () => Duplex, server: () => string, log: Log): SqlService {
  const connection = () => ({ stream, user: "postgres", password: "", types: sqlTypes, ssl: false });
  return new SqlService({ connection, maxConnections: MAX_CONNECTIONS, server, oneSession: true, log });
}

function nameOf(folder: string): string {
  return `embedded database in ${folder}`;
}

function alreadyOwned(folder: string): FailureError {
  const pid = ownerOf(folder);
  const who = pid === null ? "another process" : `process ${pid}`;
  return new FailureError(`${folder} is in use by ${who}: stop that one, or use another folder (--data)`);
}

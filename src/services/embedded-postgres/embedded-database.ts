/** Sitewire's tables in a folder, on the PostgreSQL server that npm installed. */
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { FailureError, messageOf } from "../../contract/errors.ts";
import { DEFAULT_TOPIC_PREFIX } from "../../contract/events/topics.ts";
import type { PostgresSettings } from "../../contract/settings/connection-settings.ts";
import type { Database } from "../../core/database.ts";
import { PostgresConnections } from "../postgres/connecting/connection.ts";
import { SqlService } from "../postgres/connecting/sql.ts";
import { forgetLeases } from "../postgres/leases.ts";
import { createSqlDatabase } from "../postgres/sql-database.ts";
import { dataFolderOf, passwordOf, SUPERUSER } from "./data-folder.ts";
import { type FolderLock, lockFolder, ownerOf } from "./folder-lock.ts";
import { SOCKET_PORT } from "./listening.ts";
import { readPostmaster } from "./postmaster-file.ts";
import { EmbeddedServer, type ServerOptions } from "./server.ts";
import type { Listening } from "./settings.ts";

export const EMBEDDED_SCHEMA = "public";

/** One transaction of the monitor, one of the recorder, and one for what is done now and then. */
const MAX_CONNECTIONS = 3;
/** The process that owns the folder forgets all leases when it starts. */
const LEASE_MS = 60_000;
/** The wait for a command that has the folder, or for an owner that is starting. */
const PATIENCE_MS = 15_000;
const POLL_MS = 50;

export interface EmbeddedOptions extends ServerOptions {
  /** Begins the names of Sitewire's topics. */
  readonly topicPrefix?: string;
}

export interface EmbeddedService {
  readonly service: SqlService;
  /** True when the server is this process's child. */
  readonly owned: boolean;
  /** Call it after the service was closed. */
  readonly giveUp: () => Promise<void>;
}

/** Owns the folder until closed. Throws `FailureError` when another process owns it. */
export async function openEmbedded(options: EmbeddedOptions): Promise<Database> {
  return await databaseOver(await ownFolder(options), options);
}

/** Reaches the server that runs on the folder, or starts it for the moment where none does. Throws `FailureError`. */
export async function connectEmbedded(options: EmbeddedOptions): Promise<Database> {
  return await databaseOver(await reachFolder(options), options);
}

/** As `connectEmbedded`, for SQL of one's own. */
export async function reachFolder(options: EmbeddedOptions): Promise<EmbeddedService> {
  const deadlineMs = performance.now() + PATIENCE_MS;
  for (;;) {
    const lock = lockFolder(options.folder, "command");
    if (lock !== null) return await startServer(options, lock, { patient: true });
    const reached = await reachRunning(options);
    if (reached !== null) return reached;
    if (performance.now() > deadlineMs) throw alreadyOwned(options.folder);
    await delay(POLL_MS);
  }
}

/** Commands end by themselves, so they are waited for; a process that runs until it is stopped is not. */
async function ownFolder(options: EmbeddedOptions): Promise<EmbeddedService> {
  const deadlineMs = performance.now() + PATIENCE_MS;
  for (;;) {
    const lock = lockFolder(options.folder, "process");
    if (lock !== null) return await startServer(options, lock, { patient: false });
    const isCommand = ownerOf(options.folder)?.kind === "command";
    if (!isCommand || performance.now() > deadlineMs) throw alreadyOwned(options.folder);
    await delay(POLL_MS);
  }
}

async function startServer(
  options: EmbeddedOptions,
  lock: FolderLock,
  stop: { readonly patient: boolean },
): Promise<EmbeddedService> {
  try {
    const server = await EmbeddedServer.start(options);
    const giveUp = async (): Promise<void> => {
      await server.stop(stop);
      lock.release();
    };
    return { service: serviceAt(server.listening, options), owned: true, giveUp };
  } catch (error) {
    lock.release();
    throw new FailureError(`${nameOf(options.folder)} can't be started: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** Null where no server is ready, or it stops just now. */
async function reachRunning(options: EmbeddedOptions): Promise<EmbeddedService | null> {
  const postmaster = readPostmaster(dataFolderOf(options.folder));
  if (postmaster === null || !postmaster.isReady) return null;
  // Held while the service is: a server that was started for the moment waits for it before it stops.
  const guest = new pg.Client(connectionsTo(postmaster.listening, options).configuration());
  guest.on("error", () => {});
  try {
    await guest.connect();
  } catch {
    return null;
  }
  const giveUp = async (): Promise<void> => await guest.end().catch(() => {});
  return { service: serviceAt(postmaster.listening, options), owned: false, giveUp };
}

function serviceAt(listening: Listening, options: EmbeddedOptions): SqlService {
  return new SqlService({
    route: connectionsTo(listening, options),
    schema: EMBEDDED_SCHEMA,
    maxConnections: MAX_CONNECTIONS,
    server: () => nameOf(options.folder),
    log: options.log,
  });
}

function connectionsTo(listening: Listening, { folder }: { readonly folder: string }): PostgresConnections {
  const settings: PostgresSettings = {
    host: listening.kind === "socket" ? listening.socketFolder : listening.host,
    port: listening.kind === "socket" ? SOCKET_PORT : listening.port,
    user: SUPERUSER,
    password: listening.kind === "socket" ? null : passwordOf(folder),
    database: SUPERUSER,
    sslMode: "disable",
    ca: null,
    schema: EMBEDDED_SCHEMA,
    maxConnections: MAX_CONNECTIONS,
  };
  return new PostgresConnections(settings);
}

async function databaseOver(
  { service, owned, giveUp }: EmbeddedService,
  { log, topicPrefix = DEFAULT_TOPIC_PREFIX }: EmbeddedOptions,
): Promise<Database> {
  const database = createSqlDatabase({
    service,
    schema: EMBEDDED_SCHEMA,
    topicPrefix,
    leaseMs: LEASE_MS,
    log,
    onClosed: giveUp,
  });
  try {
    // This process holds the folder's lock, so no former owner of a lease runs any more.
    if (owned) await forgetLeases(service);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

function nameOf(folder: string): string {
  return `embedded database in ${path.normalize(folder)}`;
}

function alreadyOwned(folder: string): FailureError {
  const pid = ownerOf(folder)?.pid;
  const who = pid === undefined ? "another process" : `process ${pid}`;
  return new FailureError(`${folder} is in use by ${who}: stop that one, or use another folder (--data)`);
}

// A real PostgreSQL for tests, from npm: a data folder of its own, a free port and a Unix socket.
import { execFile } from "node:child_process";
import { chown, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import type { KeyPairPem } from "../certificates.ts";
import { eventually } from "../eventually.ts";
import { freePorts } from "../free-ports.ts";
import { type ServerProcess, startServerProcess } from "../server-process.ts";
import { removeFolder, temporaryFolder } from "../temporary-folder.ts";
import { type DatabaseCreator, databasesOn } from "./postgres-database.ts";
import { type PostgresPrograms, packagedPostgres, postgresRunsAs } from "./postgres-installation.ts";

export interface PostgresOptions {
  /** True: commits wait for the disk. Default false: they survive a killed server all the same, but not a power cut. */
  readonly durable?: boolean;
  /** Serve TLS with this certificate beside plain connections. */
  readonly tls?: KeyPairPem;
  /** Further settings, such as `max_connections`; they win over the harness's own. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Put the data folder in here (such as a small file system that is to run full) instead of the system's temporary folder. */
  readonly parentFolder?: string;
  /** In place of those that npm installed. */
  readonly programs?: PostgresPrograms;
}

export interface PostgresServer extends DatabaseCreator {
  readonly port: number;
  /** The folder of the unix socket, for `host=`. */
  readonly socketFolder: string;
  /** The superuser's URL to the database `postgres`. */
  readonly url: string;
  /** Ends in good order, rolling open transactions back. */
  shutDown(): Promise<void>;
  /** SIGKILL of the postmaster; its children see that and end at once. */
  kill(): Promise<void>;
  /** Comes back on the same port and data. */
  start(): Promise<void>;
  outputTail(): string;
  /** Ends at once and deletes the data. */
  stop(): Promise<void>;
}

const superuser = { name: "postgres", password: "postgres-secret" };

/** Starts a server and waits until it serves (about 1.5 s). @throws with its last words when it does not. */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const programs = options.programs ?? packagedPostgres();
  const folder = await temporaryFolder("postgres", options.parentFolder);
  const data = path.join(folder, "data");
  const { prefix, identity: user } = postgresRunsAs(folder, programs);
  if (user) await chown(folder, user.uid, user.gid);
  const [port = 0] = await freePorts(1);

  const asUser = async (file: string, text: string, mode: number) => {
    await writeFile(file, text, { mode });
    if (user) await chown(file, user.uid, user.gid);
  };
  const passwordFile = path.join(folder, "password");
  await asUser(passwordFile, superuser.password, 0o600);
  const [initdb = programs.initdb, ...initdbArguments] = [...prefix, programs.initdb];
  await promisify(execFile)(
    initdb,
    [
      ...initdbArguments,
      `--pgdata=${data}`,
      `--username=${superuser.name}`,
      `--pwfile=${passwordFile}`,
      "--auth-local=trust",
      "--auth-host=scram-sha-256",
      "--encoding=UTF8",
      "--locale=C.UTF-8",
      "--no-sync",
      "--no-instructions",
    ],
    { ...user, cwd: folder },
  );

  const settings: Record<string, string> = {
    port: String(port),
    listen_addresses: "127.0.0.1",
    unix_socket_directories: folder,
    max_connections: "200",
    shared_buffers: "64MB",
    max_wal_size: "256MB",
    ...(options.durable ? {} : { fsync: "off", full_page_writes: "off" }),
    ...(options.tls ? { ssl: "on", ssl_cert_file: path.join(folder, "server.crt") } : {}),
    ...(options.tls ? { ssl_key_file: path.join(folder, "server.key") } : {}),
    ...options.settings,
  };
  if (options.tls) {
    await asUser(path.join(folder, "server.crt"), options.tls.certificate, 0o600);
    await asUser(path.join(folder, "server.key"), options.tls.key, 0o600);
  }

  let running: ServerProcess | undefined;
  const startOnce = async (): Promise<ServerProcess> =>
    await startServerProcess({
      name: "PostgreSQL",
      prefix,
      command: programs.postgres,
      arguments: [
        "-D",
        data,
        ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
      ],
      readyLine: /database system is ready to accept connections/,
      ...(user ? { user } : {}),
    });
  const start = async () => {
    const outcome = await eventually(
      "the processes that a killed server left are gone",
      async () => {
        try {
          return { server: await startOnce() };
        } catch (error) {
          return isStillInUse(error) ? false : { error };
        }
      },
      { timeoutMs: 30_000 },
    );
    if ("error" in outcome) throw outcome.error;
    running = outcome.server;
  };
  const stop = async () => {
    await running?.end("SIGQUIT");
    await removeFolder(folder);
  };
  try {
    await start();
  } catch (error) {
    await stop();
    throw error;
  }
  const url = `postgres://${superuser.name}:${superuser.password}@127.0.0.1:${port}/postgres`;
  return {
    port,
    socketFolder: folder,
    url,
    ...databasesOn(url),
    shutDown: async () => running?.end("SIGINT"),
    kill: async () => running?.end("SIGKILL"),
    start,
    outputTail: () => running?.outputTail() ?? "",
    stop,
  };
}

/** After kill -9 of the server its processes go by themselves, and for a moment the next one won't start. */
function isStillInUse(error: unknown): boolean {
  return error instanceof Error && error.message.includes("pre-existing shared memory block");
}

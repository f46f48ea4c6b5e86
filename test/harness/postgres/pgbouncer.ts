// A PgBouncer with Debian's default settings and transaction pooling, in front of a PostgreSQL of the harness.
import { chown, writeFile } from "node:fs/promises";
import path from "node:path";
import { freePorts } from "../free-ports.ts";
import { type ServerProcess, startServerProcess } from "../server-process.ts";
import { ensureSystemPackages, PGBOUNCER } from "../system-packages.ts";
import { removeFolder, temporaryFolder } from "../temporary-folder.ts";

export interface PgBouncer {
  /** To the same database as the server's URL, with the same user. */
  readonly url: string;
  readonly port: number;
  /** SIGKILL: every client loses its connection. */
  kill(): Promise<void>;
  /** Comes back on the same port. */
  start(): Promise<void>;
  /** Ends it at once. */
  stop(): Promise<void>;
}

/** PgBouncer refuses to run as root; this user owns nothing else. */
const NOBODY = { uid: 65_534, gid: 65_534 };

/**
 * Starts a PgBouncer that keeps few connections to the server, so that clients do share them.
 * @throws one line saying what to install where there is none.
 */
export async function startPgBouncer(serverUrl: string): Promise<PgBouncer> {
  const missing = await ensureSystemPackages(["pgbouncer"]);
  for (const line of missing.values()) throw new Error(line);
  const server = new URL(serverUrl);
  const [port = 0] = await freePorts(1);
  const folder = await temporaryFolder("pgbouncer");
  const user = process.getuid?.() === 0 ? NOBODY : undefined;
  const write = async (name: string, lines: readonly string[]): Promise<string> => {
    const file = path.join(folder, name);
    await writeFile(file, `${lines.join("\n")}\n`);
    if (user !== undefined) await chown(file, user.uid, user.gid);
    return file;
  };
  if (user !== undefined) await chown(folder, user.uid, user.gid);
  const users = await write("users.txt", [`"${server.username}" "${decodeURIComponent(server.password)}"`]);
  const configuration = await write("pgbouncer.ini", [
    "[databases]",
    `* = host=${server.hostname} port=${server.port}`,
    "[pgbouncer]",
    "listen_addr = 127.0.0.1",
    `listen_port = ${port}`,
    "unix_socket_dir =",
    "auth_type = scram-sha-256",
    `auth_file = ${users}`,
    "pool_mode = transaction",
    "default_pool_size = 3",
  ]);
  const startOnce = async (): Promise<ServerProcess> =>
    await startServerProcess({
      name: "PgBouncer",
      command: PGBOUNCER,
      arguments: [configuration],
      readyLine: /process up/,
      ...(user === undefined ? {} : { user }),
    });
  let running = await startOnce();
  const url = new URL(serverUrl);
  url.port = String(port);
  return {
    url: url.href,
    port,
    kill: () => running.end("SIGKILL"),
    async start() {
      running = await startOnce();
    },
    async stop() {
      await running.end("SIGINT");
      await removeFolder(folder);
    },
  };
}

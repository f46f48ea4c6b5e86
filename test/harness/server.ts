// The server in this process, on a database of its own and a real socket.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Writable } from "node:stream";
import { openDatabase } from "../../src/apps/wiring/databases.ts";
import { startApp } from "../../src/apps/wiring/invocation.ts";
import type { ServerResources } from "../../src/apps/wiring/server-resources.ts";
import { serverResources } from "../../src/apps/wiring/server-resources.ts";
import type { Database } from "../../src/core/database.ts";
import { serve } from "../../src/web/serve.ts";
import { sharedPostgres } from "./shared.ts";
import { removeFolder, temporaryFolder } from "./temporary-folder.ts";

export interface TestServer {
  /** Such as `http://127.0.0.1:40123`, without a slash at its end. */
  readonly url: string;
  readonly database: Database;
  readonly databaseUrl: string;
  readonly resources: ServerResources;
  /** What was logged, a line each. */
  readonly logged: readonly string[];
  /** Fetches a path as a program on this machine does: with `X-Sitewire: 1`, and JSON where a body is given. */
  get(path: string, init?: RequestInit): Promise<Response>;
  send(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Response>;
  /** Stops it as SIGTERM does, and drops its database if it made one. */
  close(): Promise<void>;
}

export interface TestServerOptions {
  /** Such as that of another server; one of its own when omitted. */
  readonly databaseUrl?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** What `sitewire.yaml` says. */
  readonly file?: string;
  readonly change?: (resources: ServerResources) => ServerResources;
}

export async function aServer(options: TestServerOptions = {}): Promise<TestServer> {
  const created = options.databaseUrl === undefined ? await sharedPostgres().createDatabase() : null;
  const databaseUrl = options.databaseUrl ?? created?.url ?? "";
  const folder = await temporaryFolder("server");
  if (options.file !== undefined) await writeFile(join(folder, "sitewire.yaml"), options.file);
  const logged: string[] = [];
  const stop = new AbortController();
  const context = startApp("server", {
    flags: {},
    environment: { SITEWIRE_SERVER_PORT: "0", DATABASE_URL: databaseUrl, ...options.environment },
    workingDirectory: folder,
    stderr: collecting(logged),
    signal: stop.signal,
  });
  const opened = await openDatabase(context, { as: "owner", create: true });
  await opened.database.migrate();
  const { promise: served, resolve, reject } = Promise.withResolvers<string>();
  const wired = serverResources({
    context,
    opened,
    counter: { add() {} },
    otherPorts: false,
    onServed: () => {},
  });
  // Its own address, also where people are told another one.
  const onListening = (port: number): void => resolve(`http://127.0.0.1:${port}`);
  const resources = { ...(options.change?.(wired) ?? wired), onListening };
  const ended = serve(resources, stop.signal);
  ended.catch(reject);
  const url = await served;
  return {
    url,
    database: opened.database,
    databaseUrl,
    resources,
    logged,
    get: (path, init) => fetch(url + path, init),
    send: (method, path, body, headers = {}) =>
      fetch(url + path, {
        method,
        headers: {
          "x-sitewire": "1",
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    async close() {
      stop.abort();
      await ended;
      await opened.database.close();
      await created?.drop();
      await removeFolder(folder);
    },
  };
}

function collecting(lines: string[]): NodeJS.WritableStream {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(...chunk.toString().trimEnd().split("\n"));
      done();
    },
  });
}

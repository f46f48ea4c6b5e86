// URLs beside the real psql: where psql refuses to connect, so do we.
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { PostgresSettings } from "../../../../src/contract/settings/connection-settings.ts";
import { loadConfiguration } from "../../../../src/services/configuration/load.ts";
import { postgresSettings } from "../../../../src/services/configuration/postgres-settings.ts";
import { openPostgres } from "../../../../src/services/postgres/database.ts";
import { createCertificateAuthority } from "../../../harness/certificates.ts";
import { type PostgresServer, startPostgres } from "../../../harness/postgres/postgres.ts";
import { ensureSystemPackages } from "../../../harness/system-packages.ts";
import { removeFolder, temporaryFolder } from "../../../harness/temporary-folder.ts";
import { quietLog } from "../quiet-log.ts";

let folder: string;
/** With a certificate for 127.0.0.1, with one for another host, and without TLS. */
let servers: Readonly<Record<"good" | "elsewhere" | "plain", PostgresServer>>;

beforeAll(async () => {
  const missing = await ensureSystemPackages(["psql"]);
  for (const line of missing.values()) throw new Error(line);
  folder = await temporaryFolder("psql");
  const authority = await createCertificateAuthority();
  const stranger = await createCertificateAuthority("another authority");
  await writeFile(path.join(folder, "ca.pem"), authority.certificate);
  await writeFile(path.join(folder, "other.pem"), stranger.certificate);
  const [good, elsewhere, plain] = await Promise.all([
    startPostgres({ tls: await authority.issue() }),
    startPostgres({ tls: await authority.issue({ hosts: ["elsewhere.example"] }) }),
    startPostgres(),
  ]);
  servers = { good, elsewhere, plain };
});

afterAll(async () => {
  await Promise.all(Object.values(servers).map((server) => server.stop()));
  await removeFolder(folder);
});

async function psqlConnects(url: string): Promise<boolean> {
  const environment = { PATH: process.env.PATH ?? "", HOME: folder };
  try {
    await promisify(execFile)("psql", ["-X", "-c", "SELECT 1", url], { cwd: folder, env: environment });
    return true;
  } catch {
    return false;
  }
}

async function sitewireConnects(url: string): Promise<boolean> {
  let settings: PostgresSettings | null;
  try {
    const configuration = loadConfiguration({
      flags: {},
      environment: { DATABASE_URL: url },
      workingDirectory: folder,
    });
    settings = postgresSettings(configuration, { workingDirectory: folder, homeFolder: folder });
  } catch {
    return false;
  }
  if (settings === null) return false;
  const database = await openPostgres({ settings, log: quietLog });
  try {
    await database.clock.nowMs();
    return true;
  } catch {
    return false;
  } finally {
    await database.close();
  }
}

const cases = (["good", "elsewhere", "plain"] as const).flatMap((server) =>
  [
    "",
    "sslmode=disable",
    "sslmode=allow",
    "sslmode=prefer",
    "ssl=true",
    "sslmode=require",
    "sslmode=verify-ca",
    "sslmode=verify-full",
    "sslmode=require&sslrootcert=ca.pem",
    "sslmode=require&sslrootcert=other.pem",
    "sslmode=verify-ca&sslrootcert=ca.pem",
    "sslmode=verify-ca&sslrootcert=other.pem",
    "sslmode=verify-full&sslrootcert=ca.pem",
    "sslmode=verify-full&sslrootcert=other.pem",
  ].map((query) => [server, query] as const),
);

test.for(cases)("the server that is %s, with ?%s, as psql connects", async ([server, query]) => {
  const url = `${servers[server].url}${query === "" ? "" : `?${query}`}`;
  expect(await sitewireConnects(url)).toBe(await psqlConnects(url));
});

test("the folder of a Unix socket, as the host or as a parameter, as psql connects", async () => {
  const { port, socketFolder } = servers.plain;
  for (const url of [
    `postgres://postgres@${encodeURIComponent(socketFolder)}:${port}/postgres`,
    `postgres:///postgres?host=${socketFolder}&port=${port}&user=postgres`,
  ]) {
    expect(await psqlConnects(url), url).toBe(true);
    expect(await sitewireConnects(url), url).toBe(true);
  }
});

test.for(["?options=-csearch_path%3Dother", "?target_session_attrs=read-write"])(
  "%s, which psql takes, is refused and not ignored",
  async (query) => {
    expect(await sitewireConnects(`${servers.plain.url}${query}`)).toBe(false);
  },
);

// The server itself: what it is started as, what it does when it dies, and which process is ended in its place.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, readdir, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import pg from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findBinaries } from "../../../src/services/embedded-postgres/binaries.ts";
import { openEmbedded } from "../../../src/services/embedded-postgres/embedded-database.ts";
import { readPostmaster } from "../../../src/services/embedded-postgres/postmaster-file.ts";
import { EmbeddedServer } from "../../../src/services/embedded-postgres/server.ts";
import { eventually } from "../../harness/eventually.ts";
import { removeFolder, temporaryFolder } from "../../harness/temporary-folder.ts";
import { quietLog } from "../postgres/quiet-log.ts";

const isRoot = process.getuid?.() === 0;

let parent: string;
let folder: string;

beforeEach(async () => {
  parent = await temporaryFolder("server");
  folder = path.join(parent, "with spaces");
});

afterEach(async () => {
  await removeFolder(parent);
});

function pidOf(): number {
  const postmaster = readPostmaster(path.join(folder, "postgres"));
  if (postmaster === null) throw new Error("no server");
  return postmaster.pid;
}

async function settings(names: readonly string[]): Promise<Record<string, string>> {
  const client = new pg.Client({ host: folder, user: "postgres", database: "postgres" });
  await client.connect();
  const { rows } = await client.query<{ name: string; setting: string }>(
    "SELECT name, setting FROM pg_settings WHERE name = ANY ($1)",
    [names],
  );
  await client.end();
  return Object.fromEntries(rows.map(({ name, setting }) => [name, setting]));
}

test("commits wait for the disk, pages have checksums, and nothing listens on the network", async () => {
  const database = await openEmbedded({ folder, log: quietLog });
  const expected = {
    data_checksums: "on",
    fsync: "on",
    full_page_writes: "on",
    listen_addresses: "",
    synchronous_commit: "on",
  };
  expect(await settings(Object.keys(expected))).toEqual(expected);
  expect((await stat(path.join(folder, ".s.PGSQL.5432"))).mode & 0o777).toBe(0o700);
  await database.close();
});

test("a server that is killed is started again, and its clients come back to it", async () => {
  const database = await openEmbedded({ folder, log: quietLog });
  await database.migrate();
  const first = pidOf();
  process.kill(first, "SIGKILL");
  await eventually("another server serves", async () => {
    const sites = await database.sites.list().catch(() => null);
    return sites !== null && pidOf() !== first;
  });
  await database.close();
});

test("a process that has the number of a dead server is left alone", async () => {
  const database = await openEmbedded({ folder, log: quietLog });
  await database.close();
  const stranger = spawn("sleep", ["60"], { stdio: "ignore" });
  const dataFolder = path.join(folder, "postgres");
  const left = [stranger.pid, dataFolder, 1, 5432, folder, "", "  1234567         1", "ready"];
  await writeFile(path.join(dataFolder, "postmaster.pid"), `${left.join("\n")}\n`);
  await writeFile(path.join(folder, "server.json"), JSON.stringify({ pid: stranger.pid, startedAt: "1" }));
  const again = await openEmbedded({ folder, log: quietLog });
  expect(stranger.exitCode).toBeNull();
  expect(stranger.signalCode).toBeNull();
  await again.close();
  stranger.kill();
  await once(stranger, "exit");
});

test("links that npm left out are restored", async () => {
  const libraries = path.resolve(findBinaries().postgres, "..", "..", "lib");
  const link = (await readdir(libraries, { withFileTypes: true })).find((entry) => entry.isSymbolicLink());
  if (link === undefined) return;
  await rm(path.join(libraries, link.name));
  findBinaries();
  expect((await stat(path.join(libraries, link.name))).isFile()).toBe(true);
});

test("a platform without a package is refused with what to do", () => {
  expect(() => findBinaries("sunos-x64")).toThrow(
    "there is no embedded PostgreSQL for sunos-x64: set DATABASE_URL to a PostgreSQL server",
  );
});

test("without Unix sockets it is reached over loopback, with a password", async () => {
  const database = await openEmbedded({ folder, log: quietLog, sockets: false });
  await database.migrate();
  expect(await database.sites.list()).toEqual([]);
  const postmaster = readPostmaster(path.join(folder, "postgres"));
  expect(postmaster?.listening).toMatchObject({ kind: "tcp", host: "127.0.0.1" });
  const port = postmaster?.listening.kind === "tcp" ? postmaster.listening.port : 0;
  const stranger = new pg.Client({ host: "127.0.0.1", port, user: "postgres", password: "guessed" });
  await expect(stranger.connect()).rejects.toMatchObject({ code: "28P01" });
  await database.close();
});

test.skipIf(!isRoot)("as root without user namespaces it runs as a user of its own", async () => {
  await chmod(parent, 0o755);
  const database = await openEmbedded({ folder, log: quietLog, namespaces: false });
  await database.migrate();
  expect((await stat(`/proc/${pidOf()}`)).uid).toBe(65_534);
  await database.close();
});

test.skipIf(!isRoot)(
  "as root in a folder that no other user can enter, one line says what to do",
  async () => {
    const starting = EmbeddedServer.start({ folder, log: quietLog, namespaces: false });
    await expect(starting).rejects.toThrow(/does not run as root, and user 65534 .* or set DATABASE_URL/);
  },
);

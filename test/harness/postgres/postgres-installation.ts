// Which PostgreSQL the tests run: the one that npm installed for the embedded database, or Debian's where a test asks
// for the oldest version that is supported.
import { existsSync } from "node:fs";
import path from "node:path";
import { FailureError } from "../../../src/contract/errors.ts";
import { findBinaries } from "../../../src/services/embedded-postgres/binaries.ts";
import { type RunningAs, runningAs } from "../../../src/services/embedded-postgres/running-as.ts";

const oldestFolder = "/usr/lib/postgresql/15/bin";

export interface PostgresPrograms {
  readonly initdb: string;
  readonly postgres: string;
}

/** @throws one line saying why npm has none for this platform. */
export function packagedPostgres(): PostgresPrograms {
  return findBinaries();
}

/** Null where npm has none for this platform, with the reason. */
export function whyNoPackagedPostgres(): string | null {
  try {
    packagedPostgres();
    return null;
  } catch (error) {
    if (error instanceof FailureError) return error.message;
    throw error;
  }
}

/** Debian's PostgreSQL 15; null where it is not installed. */
export function oldestPostgres(): PostgresPrograms | null {
  const programs = {
    initdb: path.join(oldestFolder, "initdb"),
    postgres: path.join(oldestFolder, "postgres"),
  };
  return existsSync(programs.initdb) && existsSync(programs.postgres) ? programs : null;
}

/** As whom a server of these programs runs on the folder: it refuses to run as root. */
export function postgresRunsAs(folder: string, { postgres }: PostgresPrograms): RunningAs {
  return runningAs({ folder, dataFolder: path.join(folder, "data"), program: postgres });
}

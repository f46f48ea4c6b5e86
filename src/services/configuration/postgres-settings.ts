/** Converts the configuration to the settings of the PostgreSQL service, and reads the files that it names. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../../contract/errors.ts";
import type { Configuration } from "../../contract/settings/configuration.ts";
import type { PostgresSettings } from "../../contract/settings/connection-settings.ts";
import { pemOf } from "./pem-setting.ts";
import { type PostgresUrl, parsePostgresUrl } from "./postgres-url.ts";

/** libpq's name for the public CAs (PostgreSQL manual, "Database Connection Control Functions", sslrootcert). */
const PUBLIC_CAS = "system";
/** libpq's default path of the CA file. */
const DEFAULT_CA = [".postgresql", "root.crt"];

export interface Folders {
  /** Base of relative paths. */
  readonly workingDirectory: string;
  /** May contain `.postgresql/root.crt`. */
  readonly homeFolder: string | undefined;
}

/** Returns null when PostgreSQL is not configured: then the embedded database is used. Throws `UsageError`. */
export function postgresSettings(configuration: Configuration, folders: Folders): PostgresSettings | null {
  const { database } = configuration;
  if (database.url === undefined && database.directUrl !== undefined) {
    throw new UsageError("database.directUrl goes with database.url: set DATABASE_URL too");
  }
  if (database.url === undefined && database.host === undefined) {
    const given = (["user", "password", "name"] as const).find((name) => database[name] !== undefined);
    if (given === undefined) return null;
    throw new UsageError(
      `database.host is missing: set AVHOST (or DATABASE_URL), as database.${given} is set`,
    );
  }
  const settings = settingsOf(configuration, database.url, "database.url", folders);
  if (database.directUrl === undefined) return settings;
  return {
    ...settings,
    direct: settingsOf(configuration, database.directUrl, "database.directUrl", folders),
  };
}

function settingsOf(
  { database }: Configuration,
  url: string | undefined,
  setting: string,
  folders: Folders,
): PostgresSettings {
  const given: Partial<PostgresUrl> = url === undefined ? {} : parsePostgresUrl(url, setting);
  const host = given.host ?? database.host;
  if (host === undefined) {
    throw new UsageError(
      `${setting} names no host: write localhost, or ?host=/var/run/postgresql for a Unix socket`,
    );
  }
  const user = given.user ?? database.user ?? "postgres";
  return {
    host,
    port: given.port ?? database.port,
    user,
    password: given.password ?? database.password ?? null,
    database: given.database ?? database.name ?? user,
    ...trustOf(given, { database }, folders),
    schema: database.schema,
    maxConnections: database.maxConnections,
    ...(given.applicationName === undefined ? {} : { applicationName: given.applicationName }),
  };
}

/** Never less strict than libpq: verifies what libpq verifies, and refuses what libpq refuses. */
function trustOf(
  given: Partial<PostgresUrl>,
  { database }: Pick<Configuration, "database">,
  { workingDirectory, homeFolder }: Folders,
): Pick<PostgresSettings, "sslMode" | "ca"> {
  const named = given.ca ?? database.ca;
  const mode = given.sslMode ?? database.sslMode;
  if (named === PUBLIC_CAS) {
    if (mode === undefined || mode === "verify-full") return { sslMode: "verify-full", ca: null };
    throw new UsageError(`sslmode is ${mode}: with the public CAs (system) it must be verify-full`);
  }
  const ca = pemOf("database.ca", named ?? defaultCa(homeFolder), workingDirectory)?.text ?? null;
  const sslMode = mode ?? (named === undefined ? "prefer" : "verify-full");
  if (ca === null && sslMode.startsWith("verify")) {
    throw new UsageError(
      `sslmode is ${sslMode}, but no CA is named: set DATABASE_CA, or sslrootcert in the URL, to the CA's certificate, or to ${PUBLIC_CAS} for the public CAs`,
    );
  }
  return { sslMode, ca };
}

function defaultCa(homeFolder: string | undefined): string | undefined {
  if (homeFolder === undefined) return undefined;
  const file = join(homeFolder, ...DEFAULT_CA);
  return existsSync(file) ? file : undefined;
}

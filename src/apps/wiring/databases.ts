/** Which database an app works on: PostgreSQL where one is configured, else the embedded one in its folder. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { Database } from "../../core/database.ts";
import { retryWhileUnavailable } from "../../core/running/retrying.ts";
import { postgresSettings } from "../../services/configuration/connections.ts";
import { connectEmbedded, openEmbedded } from "../../services/pglite/embedded-database.ts";
import { openPostgres } from "../../services/postgres/database.ts";
import type { AppContext } from "./invocation.ts";

export interface ChosenDatabase {
  readonly database: Database;
  /** For the start-up line; holds no secret. */
  readonly description: string;
  readonly embedded: boolean;
}

/**
 * The database of an app that owns it while it runs. The embedded one is refused when another process owns its
 * folder (`FailureError`); PostgreSQL is not contacted yet.
 */
export async function openDatabase(context: AppContext): Promise<ChosenDatabase> {
  return (await configuredPostgres(context)) ?? (await embedded(context, openEmbedded));
}

/** As `openDatabase`, for a command beside a running app: reaches the embedded database through its owner. */
export async function connectDatabase(context: AppContext): Promise<ChosenDatabase> {
  return (await configuredPostgres(context)) ?? (await embedded(context, connectEmbedded));
}

/** False when asking the database for sites is pointless: it is the embedded one and isn't there yet. */
export function mayHoldSites({ configuration, invocation }: AppContext): boolean {
  if (postgresSettings(configuration, invocation.workingDirectory) !== null) return true;
  return existsSync(resolve(invocation.workingDirectory, configuration.dataFolder));
}

/** Brings the tables up to date, waiting for a database that is away. */
export async function migrateWhenAvailable(
  { database }: ChosenDatabase,
  { log, invocation }: AppContext,
): Promise<void> {
  const patient = { what: "database", log, signal: invocation.signal };
  await retryWhileUnavailable(() => database.migrate(), patient);
}

async function configuredPostgres({
  configuration,
  invocation,
  log,
}: AppContext): Promise<ChosenDatabase | null> {
  const settings = postgresSettings(configuration, invocation.workingDirectory);
  if (settings === null) return null;
  const database = await openPostgres({ settings, log });
  const { host, port, database: name } = settings;
  return { database, description: `database PostgreSQL ${name} at ${host}:${port}`, embedded: false };
}

async function embedded(
  { configuration, invocation, log }: AppContext,
  open: typeof openEmbedded,
): Promise<ChosenDatabase> {
  const folder = resolve(invocation.workingDirectory, configuration.dataFolder);
  const database = await open({ folder, log });
  return { database, description: `database embedded in ${configuration.dataFolder}`, embedded: true };
}

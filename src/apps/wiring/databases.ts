/** Which database an app works on: PostgreSQL where one is configured, else the embedded one in its folder. */
import { resolve } from "node:path";
import { FailureError, UsageError } from "../../contract/errors.ts";
import type { Database } from "../../core/database.ts";
import { postgresSettings } from "../../services/configuration/postgres-settings.ts";
import { holdsDatabase } from "../../services/embedded-postgres/data-folder.ts";
import { connectEmbedded, openEmbedded } from "../../services/embedded-postgres/embedded-database.ts";
import { openPostgres } from "../../services/postgres/database.ts";
import { type AppContext, foldersOf } from "./invocation.ts";

export interface ChosenDatabase {
  readonly database: Database;
  /** For the start-up line; holds no secret. */
  readonly description: string;
  readonly embedded: boolean;
}

export interface DatabaseAccess {
  /**
   * `owner`: an app that keeps the embedded database while it runs; refused when another process owns the folder.
   * `guest`: a command beside a running app; reaches the embedded database through its owner.
   */
  readonly as: "owner" | "guest";
  /** Whether a missing folder of the embedded database may be created. */
  readonly create: boolean;
}

/** PostgreSQL is not contacted yet. Throws `UsageError` for wrong settings, `FailureError` for the embedded folder. */
export async function openDatabase(context: AppContext, access: DatabaseAccess): Promise<ChosenDatabase> {
  return (await configuredPostgres(context)) ?? (await embedded(context, access));
}

/** False when asking the database for sites is pointless: it is the embedded one and isn't there yet. */
export function mayHoldSites({ configuration, invocation }: AppContext): boolean {
  if (postgresSettings(configuration, foldersOf(invocation)) !== null) return true;
  return holdsDatabase(resolve(invocation.workingDirectory, configuration.dataFolder));
}

async function configuredPostgres({
  configuration,
  invocation,
  log,
}: AppContext): Promise<ChosenDatabase | null> {
  const settings = postgresSettings(configuration, foldersOf(invocation));
  if (settings === null) return null;
  if (invocation.flags.dataFolder !== undefined) {
    throw new UsageError("--data is for the embedded database, but a PostgreSQL is configured");
  }
  const database = await openPostgres({ settings, topicPrefix: configuration.kafka.topicPrefix, log });
  const { host, port, database: name } = settings;
  return { database, description: `database PostgreSQL ${name} at ${host}:${port}`, embedded: false };
}

async function embedded(
  { configuration, invocation, log }: AppContext,
  access: DatabaseAccess,
): Promise<ChosenDatabase> {
  const { dataFolder } = configuration;
  const folder = resolve(invocation.workingDirectory, dataFolder);
  if (!access.create && !holdsDatabase(folder)) {
    throw new FailureError(
      `there is no embedded database in ${dataFolder}; "sitewire up" and "sitewire migrate" create it`,
    );
  }
  const open = access.as === "owner" ? openEmbedded : connectEmbedded;
  const database = await open({ folder, topicPrefix: configuration.kafka.topicPrefix, log });
  return { database, description: `database embedded in ${dataFolder}`, embedded: true };
}

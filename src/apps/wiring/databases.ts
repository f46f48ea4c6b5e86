/** Chooses an app's database: PostgreSQL if one is configured, otherwise the embedded one. */
import { resolve } from "node:path";
import { FailureError, UsageError } from "../../contract/errors.ts";
import type { Database } from "../../core/database.ts";
import { postgresSettings } from "../../services/configuration/postgres-settings.ts";
import { hasBinaries } from "../../services/embedded-postgres/binaries.ts";
import { holdsDatabase } from "../../services/embedded-postgres/data-folder.ts";
import { connectEmbedded, openEmbedded } from "../../services/embedded-postgres/embedded-database.ts";
import { openPostgres } from "../../services/postgres/database.ts";
import { type AppContext, foldersOf } from "./invocation.ts";

export interface ChosenDatabase {
  readonly database: Database;
  /** For the start-up line; contains no secrets. */
  readonly description: string;
  readonly embedded: boolean;
}

export interface DatabaseAccess {
  /**
   * `owner`: an app that runs the embedded database; refused while another process owns the folder.
   * `guest`: a command; it connects to the embedded database of a running app.
   */
  readonly as: "owner" | "guest";
  /** Whether a missing folder of the embedded database may be created. */
  readonly create: boolean;
}

/** Does not contact PostgreSQL yet. Throws `UsageError` for wrong settings, `FailureError` for the embedded folder. */
export async function openDatabase(context: AppContext, access: DatabaseAccess): Promise<ChosenDatabase> {
  return (await configuredPostgres(context)) ?? (await embedded(context, access));
}

/** False when the database cannot contain sites: the embedded database does not exist yet. */
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
    throw new UsageError("--data is for the embedded database, but PostgreSQL is configured");
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
  if (!holdsDatabase(folder) && !hasBinaries()) {
    throw new UsageError(
      "no database is configured, and this installation has no embedded one: set DATABASE_URL, or AVHOST, AVPORT, AVUSER, AVPASSWORD and AVDATABASE",
    );
  }
  if (!access.create && !holdsDatabase(folder)) {
    throw new FailureError(
      `there is no embedded database in ${dataFolder}; "sitewire up" and "sitewire migrate" create it`,
    );
  }
  const open = access.as === "owner" ? openEmbedded : connectEmbedded;
  const database = await open({ folder, topicPrefix: configuration.kafka.topicPrefix, log });
  return { database, description: `database embedded in ${dataFolder}`, embedded: true };
}

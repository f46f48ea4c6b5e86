/** Sitewire's tables on a PostgreSQL server. */
import type { PostgresSettings } from "../../contract/connection-settings.ts";
import { DEFAULT_TOPIC_PREFIX } from "../../contract/topics.ts";
import type { Database } from "../../core/database.ts";
import type { Log } from "../../core/log.ts";
import { PostgresConnections } from "./connecting/connection.ts";
import { SqlService } from "./connecting/sql.ts";
import { createSqlDatabase } from "./sql-database.ts";

/** The server is contacted when something is asked of it, not now; a lost connection is never an uncaught error. */
export async function openPostgres({
  settings,
  topicPrefix = DEFAULT_TOPIC_PREFIX,
  log,
}: {
  readonly settings: PostgresSettings;
  /** Begins the names of Sitewire's topics. */
  readonly topicPrefix?: string;
  readonly log: Log;
}): Promise<Database> {
  const connections = new PostgresConnections(settings);
  const service = new SqlService({
    connection: () => connections.configuration(),
    onConnectFailure: (error) => connections.fallBack(error),
    maxConnections: settings.maxConnections,
    server: () => connections.name,
    log,
  });
  return createSqlDatabase({ service, schema: settings.schema, topicPrefix, log, onClosed: async () => {} });
}

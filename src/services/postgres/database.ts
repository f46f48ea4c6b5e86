/** Sitewire's tables on a PostgreSQL server. */

import { DEFAULT_TOPIC_PREFIX } from "../../contract/events/topics.ts";
import type { PostgresSettings } from "../../contract/settings/connection-settings.ts";
import type { Database } from "../../core/database.ts";
import type { Log } from "../../core/log.ts";
import { openSql } from "./connecting/open-sql.ts";
import { createSqlDatabase } from "./sql-database.ts";

/** After an app is killed, its sites and events wait this long for another app or for its restart. */
const LEASE_MS = 6000;

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
  return createSqlDatabase({
    service: openSql(settings, log),
    schema: settings.schema,
    topicPrefix,
    leaseMs: LEASE_MS,
    log,
    onClosed: async () => {},
  });
}

/** SQL on the PostgreSQL server of the settings. */
import type { PostgresSettings } from "../../../contract/settings/connection-settings.ts";
import type { Log } from "../../../core/log.ts";
import { PostgresConnections } from "./connection.ts";
import { SqlService } from "./sql.ts";

/** Connects when first used, not now. */
export function openSql(settings: PostgresSettings, log: Log): SqlService {
  const connections = new PostgresConnections(settings);
  return new SqlService({
    route: connections,
    ...(settings.direct === undefined ? {} : { directRoute: new PostgresConnections(settings.direct) }),
    schema: settings.schema,
    maxConnections: settings.maxConnections,
    server: () => connections.name,
    log,
  });
}

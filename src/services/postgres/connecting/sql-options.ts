/** How a PostgreSQL server is reached, configured or embedded. */
import type pg from "pg";
import type { Log } from "../../../core/log.ts";

export interface SqlOptions {
  /** Everything about one new connection: where, who, TLS, session settings. */
  readonly connection: () => pg.ClientConfig;
  readonly maxConnections: number;
  /** Names the server in errors: `PostgreSQL at host:port`. Holds no secret. */
  readonly server: () => string;
  readonly log: Log;
  /** Called when a connection fails; true asks for another try, because `connection` is another one now. */
  readonly onConnectFailure?: (error: unknown) => boolean;
}

/** How one database is reached, PostgreSQL or the embedded one. */
import type pg from "pg";
import type { Log } from "../../../core/log.ts";

export interface SqlOptions {
  /** Everything about one new connection: where, who, TLS, session settings. */
  readonly connection: () => pg.ClientConfig;
  readonly maxConnections: number;
  /** Names the server in errors: `PostgreSQL at host:port`. Holds no secret. */
  readonly server: () => string;
  /** True where all connections lead into one session: no statement can be prepared there, and nothing copied in. */
  readonly oneSession: boolean;
  readonly log: Log;
  /** Called when a connection fails; true asks for another try, because `connection` is another one now. */
  readonly onConnectFailure?: (error: unknown) => boolean;
}

/** How a PostgreSQL server is reached, configured or embedded. */
import type pg from "pg";
import type { Log } from "../../../core/log.ts";

/** Where new connections lead. */
export interface SqlRoute {
  /** Everything about one new connection: where, who, TLS. */
  configuration(): pg.ClientConfig;
  /** Called when a connection fails; true asks for another try, because `configuration` is another one now. */
  fallBack(error: unknown): boolean;
}

export interface SqlOptions {
  readonly route: SqlRoute;
  /** The way past a pooler, for what needs a session of its own; `route` serves for that without it. */
  readonly directRoute?: SqlRoute;
  /** Where unqualified table names are looked up. */
  readonly schema: string;
  readonly maxConnections: number;
  /** Names the server in errors: `PostgreSQL at host:port`. Holds no secret. */
  readonly server: () => string;
  readonly log: Log;
}

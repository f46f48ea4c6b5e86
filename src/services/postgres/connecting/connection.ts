/**
 * From settings to PostgreSQL connections: where, who, and TLS as libpq's sslmode has it. No server setting is among the
 * start-up parameters, because a pooler refuses those it does not track (see session.ts).
 */
import type { ConnectionOptions } from "node:tls";
import pg from "pg";
import type { PostgresSettings } from "../../../contract/settings/connection-settings.ts";
import type { SqlRoute } from "./sql-options.ts";

/** The client's own limit, for a server that vanished silently; longer than the server's statement_timeout. */
const ANSWER_TIMEOUT_MS = 70_000;
const CONNECT_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_MS = 10_000;

const NO_TLS_MESSAGE = "The server does not support SSL connections";

/** The connections of one database; with `sslMode` prefer it remembers whether the server has TLS. */
export class PostgresConnections implements SqlRoute {
  readonly #settings: PostgresSettings;
  #withoutTls = false;

  constructor(settings: PostgresSettings) {
    this.#settings = settings;
  }

  /** Names the server and what is asked of it, without a secret. */
  get name(): string {
    const { host, port, user, database } = this.#settings;
    return `PostgreSQL at ${host}:${port} (database ${database}, user ${user})`;
  }

  configuration(): pg.ClientConfig {
    const { host, port, user, password, database } = this.#settings;
    return {
      host,
      port,
      user,
      // An empty one, so that nothing else is looked up where none is set.
      password: password ?? "",
      database,
      ssl: this.#tls(),
      application_name: this.#settings.applicationName ?? "sitewire",
      query_timeout: ANSWER_TIMEOUT_MS,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
      types: sqlTypes,
    };
  }

  /** True when the next connection will be tried without TLS, because the server has none and need not. */
  fallBack(error: unknown): boolean {
    const hasNoTls = error instanceof Error && error.message === NO_TLS_MESSAGE;
    if (this.#settings.sslMode !== "prefer" || !hasNoTls) return false;
    this.#withoutTls = true;
    return true;
  }

  #tls(): false | ConnectionOptions {
    const { sslMode, ca, host } = this.#settings;
    const trusted = ca === null ? {} : { ca };
    // As libpq: a CA that is given is checked, whatever the mode.
    const anyName =
      ca === null ? { rejectUnauthorized: false } : { ca, checkServerIdentity: () => undefined };
    switch (sslMode) {
      case "disable":
        return false;
      case "prefer":
        return this.#withoutTls || host.startsWith("/") ? false : anyName;
      case "require":
        return anyName;
      case "verify-ca":
        return { ...trusted, checkServerIdentity: () => undefined };
      case "verify-full":
        return trusted;
    }
  }
}

const INT8 = 20;

/** As `pg` has them, but for 64-bit integers: exact. */
const sqlTypes: pg.CustomTypesConfig = {
  getTypeParser(id: number, format?: "text" | "binary") {
    if (id === INT8 && format !== "binary") return BigInt;
    return pg.types.getTypeParser(id, format);
  },
};

/**
 * How SQL reaches a PostgreSQL server: statements, transactions and notifications over one pool.
 */
import pg from "pg";
import { messageOf } from "../../../contract/errors.ts";
import { ClientSql, StatementNames } from "./client-sql.ts";
import { failureOf, isReadOnly } from "./failures.ts";
import { NotificationListener } from "./notification-listener.ts";
import { pooledBegin, prepareSession, type SessionKind } from "./session.ts";
import type { SqlOptions } from "./sql-options.ts";
import type { Sql, SqlValue } from "./statements.ts";

export type { Sql, SqlValue };

const IDLE_CONNECTION_MS = 30_000;
/** The wait for a connection, be it a new one or one that others use. */
const CONNECT_TIMEOUT_MS = 10_000;

/** A connection as the pool lends it again and again. */
interface Session {
  readonly kind: SessionKind;
  readonly generation: number;
}

export class SqlService implements Sql {
  readonly #options: SqlOptions;
  readonly #pool: pg.Pool;
  readonly #sessions = new WeakMap<pg.ClientBase, Session>();
  readonly #statementNames = new StatementNames();
  readonly #listener: NotificationListener;
  #closing: Promise<void> | null = null;
  /** Sessions of an earlier generation are closed instead of lent. */
  #generation = 0;

  /** Connects when first used, not now. */
  constructor(options: SqlOptions) {
    this.#options = options;
    this.#pool = new pg.Pool({
      Client: class extends pg.Client {
        constructor() {
          super(options.route.configuration());
        }
      },
      max: options.maxConnections,
      idleTimeoutMillis: IDLE_CONNECTION_MS,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    });
    // The pool replaces an idle connection that breaks; one in use fails its statement. Both also emit an error.
    const onLost = (error: Error): void => options.log.debug({ reason: error.message }, "connection lost");
    this.#pool.on("error", onLost);
    this.#pool.on("connect", (client) => client.on("error", onLost));
    this.#listener = new NotificationListener(options);
  }

  /** Names the server, for messages. */
  get server(): string {
    return this.#options.server();
  }

  async rows<Row extends pg.QueryResultRow>(
    statement: string,
    values: readonly SqlValue[] = [],
  ): Promise<Row[]> {
    return await this.#one((sql) => sql.rows<Row>(statement, values));
  }

  async change(statement: string, values: readonly SqlValue[] = []): Promise<number> {
    return await this.#one((sql) => sql.change(statement, values));
  }

  async script(text: string): Promise<void> {
    await this.#one((sql) => sql.script(text));
  }

  async copyIn(statement: string, bytes: Uint8Array): Promise<void> {
    await this.#one((sql) => sql.copyIn(statement, bytes));
  }

  async copyOut(statement: string): Promise<Buffer> {
    return await this.#one((sql) => sql.copyOut(statement));
  }

  /** What our connections lead to. Throws `UnavailableError`. */
  async sessionKind(): Promise<SessionKind> {
    return await this.#withClient(async ({ kind }) => kind);
  }

  /**
   * Commits what `work` did, or nothing of it. When the connection breaks at the commit, nobody knows which. `settings`
   * is `SET LOCAL` statements for the transaction.
   */
  async transaction<T>(work: (sql: Sql) => Promise<T>, settings?: string): Promise<T> {
    return await this.#withClient((sql) => sql.transaction(work, settings));
  }

  /** A transaction on a connection of its own, with no limit on its time: for migrations. */
  async longTransaction<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    return await this.#withOwnConnection({ query_timeout: 0 }, (sql) =>
      sql.transaction(async (inside) => {
        await inside.script(
          "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0",
        );
        return await work(inside);
      }),
    );
  }

  /** A statement that PostgreSQL runs in no transaction. It names its tables with their schema. */
  async outsideTransaction(statement: string): Promise<void> {
    await this.#withOwnConnection({}, (sql) => sql.script(statement));
  }

  /**
   * Calls `listener` with the payload of each notification, and with null when some may have been missed. Ends with
   * the signal.
   */
  listen(channel: string, listener: (payload: string | null) => void, signal: AbortSignal): void {
    this.#listener.listen(channel, listener, signal);
  }

  /** False while notifications cannot arrive, so that a listener has to poll. */
  get isListening(): boolean {
    return this.#listener.isListening;
  }

  /** Waits for statements under way, then closes every connection. */
  async close(): Promise<void> {
    this.#closing ??= Promise.all([this.#listener.close(), this.#pool.end()]).then(() => {});
    await this.#closing;
  }

  /** One statement. Over a pooler it needs a transaction, which carries our settings. */
  async #one<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    return await this.#withClient((sql) => (sql.kind === "direct" ? work(sql) : sql.transaction(work)));
  }

  async #withClient<T>(work: (sql: ClientSql) => Promise<T>): Promise<T> {
    const client = await this.#lend();
    const session = this.#sessions.get(client) ?? (await this.#prepare(client));
    const sql = this.#sqlOver(client, session.kind);
    try {
      return await work(sql);
    } catch (error) {
      // A session keeps the read-only default it began with, so its siblings fail as it did.
      if (isReadOnly(error)) this.#generation = Math.max(this.#generation, session.generation + 1);
      throw error;
    } finally {
      client.release(sql.broken);
    }
  }

  /** A connection of the newest generation; older ones that are idle are closed. */
  async #lend(): Promise<pg.PoolClient> {
    for (;;) {
      const client = await this.#connect();
      const session = this.#sessions.get(client);
      if (session === undefined || session.generation === this.#generation) return client;
      client.release(true);
    }
  }

  async #prepare(client: pg.PoolClient): Promise<Session> {
    const generation = this.#generation;
    try {
      const session = { kind: await this.#kindOf(client), generation };
      this.#sessions.set(client, session);
      return session;
    } catch (error) {
      client.release(true);
      throw error;
    }
  }

  async #connect(): Promise<pg.PoolClient> {
    try {
      return await this.#pool.connect();
    } catch (error) {
      if (!this.#options.route.fallBack(error)) throw failureOf(error, this.server);
    }
    try {
      return await this.#pool.connect();
    } catch (error) {
      throw failureOf(error, this.server);
    }
  }

  async #withOwnConnection<T>(overrides: pg.ClientConfig, work: (sql: ClientSql) => Promise<T>): Promise<T> {
    const { route, directRoute = route } = this.#options;
    const client = new pg.Client({ ...directRoute.configuration(), ...overrides });
    client.on("error", (error) => this.#options.log.debug({ reason: messageOf(error) }, "connection lost"));
    try {
      await client.connect();
    } catch (error) {
      await client.end().catch(() => {});
      if (directRoute.fallBack(error)) return await this.#withOwnConnection(overrides, work);
      throw failureOf(error, this.server);
    }
    try {
      return await work(this.#sqlOver(client, await this.#kindOf(client)));
    } finally {
      await client.end().catch(() => {});
    }
  }

  async #kindOf(client: pg.ClientBase): Promise<SessionKind> {
    try {
      return await prepareSession(client, { schema: this.#options.schema, server: this.server });
    } catch (error) {
      throw failureOf(error, this.server);
    }
  }

  #sqlOver(client: pg.ClientBase, kind: SessionKind): ClientSql {
    return new ClientSql({
      client,
      kind,
      statementNames: this.#statementNames,
      server: this.server,
      begin: kind === "direct" ? "BEGIN" : pooledBegin(this.#options.schema),
    });
  }
}

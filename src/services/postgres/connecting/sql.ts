/**
 * How SQL reaches a PostgreSQL server: statements, transactions and notifications over one pool.
 */
import { pipeline } from "node:stream/promises";
import pg from "pg";
import { from as copyFrom, to as copyTo } from "pg-copy-streams";
import { failureOf, lostConnection } from "./failures.ts";
import { NotificationListener } from "./notification-listener.ts";
import type { SqlOptions } from "./sql-options.ts";

/** What a statement takes; arrays travel as columns (see columns.ts), instants as milliseconds or columns. */
export type SqlValue = string | number | bigint | boolean | Uint8Array | null;

/** Runs statements, in a transaction or each by itself. Throws `UnavailableError` or `RefusedError`. */
export interface Sql {
  /** The rows of one statement. `Row` says what the statement selects; it is written beside its SQL. */
  rows<Row extends pg.QueryResultRow>(statement: string, values?: readonly SqlValue[]): Promise<Row[]>;
  /** How many rows one statement changed. */
  change(statement: string, values?: readonly SqlValue[]): Promise<number>;
  /** Several statements in one text, without parameters. */
  script(text: string): Promise<void>;
  /** `COPY … FROM STDIN` of all the bytes. */
  copyIn(statement: string, bytes: Uint8Array): Promise<void>;
  /** All that `COPY … TO STDOUT` gives. */
  copyOut(statement: string): Promise<Buffer>;
}

const IDLE_CONNECTION_MS = 30_000;
/** The wait for a connection, be it a new one or one that others use. */
const CONNECT_TIMEOUT_MS = 10_000;

export class SqlService implements Sql {
  readonly #options: SqlOptions;
  readonly #pool: pg.Pool;
  readonly #statementNames = new Map<string, string>();
  readonly #listener: NotificationListener;
  #closing: Promise<void> | null = null;

  /** Connects when first used, not now. */
  constructor(options: SqlOptions) {
    this.#options = options;
    this.#pool = new pg.Pool({
      Client: class extends pg.Client {
        constructor() {
          super(options.connection());
        }
      },
      max: options.maxConnections,
      idleTimeoutMillis: IDLE_CONNECTION_MS,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    });
    // An idle connection that breaks is replaced by the pool; one in use tells its statement. Neither may go unheard.
    const heard = (error: Error): void => options.log.debug({ reason: error.message }, "connection lost");
    this.#pool.on("error", heard);
    this.#pool.on("connect", (client) => client.on("error", heard));
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
    return await this.#withClient((sql) => sql.rows<Row>(statement, values));
  }

  async change(statement: string, values: readonly SqlValue[] = []): Promise<number> {
    return await this.#withClient((sql) => sql.change(statement, values));
  }

  async script(text: string): Promise<void> {
    await this.#withClient((sql) => sql.script(text));
  }

  async copyIn(statement: string, bytes: Uint8Array): Promise<void> {
    await this.#withClient((sql) => sql.copyIn(statement, bytes));
  }

  async copyOut(statement: string): Promise<Buffer> {
    return await this.#withClient((sql) => sql.copyOut(statement));
  }

  /** Commits what `work` did, or nothing of it. When the connection breaks at the commit, nobody knows which. */
  async transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    return await this.#withClient(async (sql) => {
      await sql.script("BEGIN");
      try {
        const outcome = await work(sql);
        await sql.script("COMMIT");
        return outcome;
      } catch (error) {
        await sql.rollBack();
        throw error;
      }
    });
  }

  /**
   * Calls `listener` with the payload of each notification, and with null when some may have been missed. Ends with
   * the signal.
   */
  listen(channel: string, listener: (payload: string | null) => void, signal: AbortSignal): void {
    this.#listener.listen(channel, listener, signal);
  }

  /** Waits for statements under way, then closes every connection. */
  async close(): Promise<void> {
    this.#closing ??= Promise.all([this.#listener.close(), this.#pool.end()]).then(() => {});
    await this.#closing;
  }

  async #withClient<T>(work: (sql: ClientSql) => Promise<T>): Promise<T> {
    const client = await this.#connect();
    const sql = new ClientSql(client, this.#options, this.#statementNames);
    try {
      return await work(sql);
    } finally {
      client.release(sql.broken);
    }
  }

  async #connect(): Promise<pg.PoolClient> {
    try {
      return await this.#pool.connect();
    } catch (error) {
      if (this.#options.onConnectFailure?.(error) !== true) throw failureOf(error, this.#options.server());
    }
    try {
      return await this.#pool.connect();
    } catch (error) {
      throw failureOf(error, this.#options.server());
    }
  }
}

class ClientSql implements Sql {
  readonly #client: pg.PoolClient;
  readonly #options: SqlOptions;
  readonly #names: Map<string, string>;
  /** True when the connection must not be used again. */
  broken = false;

  constructor(client: pg.PoolClient, options: SqlOptions, names: Map<string, string>) {
    this.#client = client;
    this.#options = options;
    this.#names = names;
  }

  async rows<Row extends pg.QueryResultRow>(
    statement: string,
    values: readonly SqlValue[] = [],
  ): Promise<Row[]> {
    return (await this.#query<Row>(statement, values)).rows;
  }

  async change(statement: string, values: readonly SqlValue[] = []): Promise<number> {
    return (await this.#query(statement, values)).rowCount ?? 0;
  }

  async script(text: string): Promise<void> {
    await this.#guarded(() => this.#client.query(text));
  }

  async copyIn(statement: string, bytes: Uint8Array): Promise<void> {
    await this.#guarded(() => pipeline([bytes], this.#client.query(copyFrom(statement))));
  }

  async copyOut(statement: string): Promise<Buffer> {
    return Buffer.concat(await this.#guarded(() => this.#client.query(copyTo(statement)).toArray()));
  }

  /** Never throws: what can't be rolled back is given up with its connection. */
  async rollBack(): Promise<void> {
    if (this.broken) return;
    await this.#client.query("ROLLBACK").catch(() => {
      this.broken = true;
    });
  }

  async #query<Row extends pg.QueryResultRow>(
    text: string,
    values: readonly SqlValue[],
  ): Promise<pg.QueryResult<Row>> {
    const name = this.#nameOf(text);
    return await this.#guarded(() => this.#client.query<Row>({ name, text, values: [...values] }));
  }

  async #guarded<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      this.broken ||= lostConnection(error);
      throw failureOf(error, this.#options.server());
    }
  }

  #nameOf(text: string): string {
    const known = this.#names.get(text);
    if (known !== undefined) return known;
    const name = `sitewire_${this.#names.size}`;
    this.#names.set(text, name);
    return name;
  }
}

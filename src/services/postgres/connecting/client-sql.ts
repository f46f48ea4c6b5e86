/** SQL over one connection of the pool, while it is lent. */
import { pipeline } from "node:stream/promises";
import type pg from "pg";
import { from as copyFrom, to as copyTo } from "pg-copy-streams";
import { failureOf, isReadOnly, lostConnection } from "./failures.ts";
import type { SessionKind } from "./session.ts";
import type { Sql, SqlValue } from "./statements.ts";

/** Names of prepared statements by their text, the same over all connections of a pool. */
export class StatementNames {
  readonly #names = new Map<string, string>();

  of(text: string): string {
    const known = this.#names.get(text);
    if (known !== undefined) return known;
    const name = `sitewire_${this.#names.size}`;
    this.#names.set(text, name);
    return name;
  }
}

export interface ClientSqlOptions {
  readonly client: pg.ClientBase;
  readonly kind: SessionKind;
  readonly statementNames: StatementNames;
  /** Names the server in errors. */
  readonly server: string;
  /** The text that begins a transaction. */
  readonly begin: string;
}

export class ClientSql implements Sql {
  readonly #options: ClientSqlOptions;
  #broken = false;

  constructor(options: ClientSqlOptions) {
    this.#options = options;
  }

  get kind(): SessionKind {
    return this.#options.kind;
  }

  /** True when the connection must not be used again. */
  get broken(): boolean {
    return this.#broken;
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
    await this.#guarded(() => this.#options.client.query(text));
  }

  async copyIn(statement: string, bytes: Uint8Array): Promise<void> {
    await this.#guarded(() => pipeline([bytes], this.#options.client.query(copyFrom(statement))));
  }

  async copyOut(statement: string): Promise<Buffer> {
    return Buffer.concat(await this.#guarded(() => this.#options.client.query(copyTo(statement)).toArray()));
  }

  /** Commits what `work` did, or nothing of it. `settings` is run with BEGIN, in one round trip. */
  async transaction<T>(work: (sql: Sql) => Promise<T>, settings?: string): Promise<T> {
    const { begin } = this.#options;
    try {
      await this.script(settings === undefined ? begin : `${begin}; ${settings}`);
      const outcome = await work(this);
      await this.script("COMMIT");
      return outcome;
    } catch (error) {
      await this.#rollBack();
      if (this.kind === "pooled" && isReadOnly(error)) await this.#endServerSession();
      throw error;
    }
  }

  /** A pooler would lend a server session that began read-only for an hour; without it, it opens another. */
  async #endServerSession(): Promise<void> {
    this.#broken = true;
    await this.#options.client.query("SELECT pg_terminate_backend(pg_backend_pid())").catch(() => {});
  }

  /** Never throws: a transaction that can't be rolled back is given up with its connection. */
  async #rollBack(): Promise<void> {
    if (this.broken && this.kind === "direct") return;
    await this.#options.client.query("ROLLBACK").catch(() => {
      this.#broken = true;
    });
  }

  async #query<Row extends pg.QueryResultRow>(
    text: string,
    values: readonly SqlValue[],
  ): Promise<pg.QueryResult<Row>> {
    const { client, kind, statementNames } = this.#options;
    // A pooler may lend another server process next time, which knows nothing of a prepared statement.
    const name = kind === "direct" ? { name: statementNames.of(text) } : {};
    return await this.#guarded(() => client.query<Row>({ ...name, text, values: [...values] }));
  }

  async #guarded<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      this.#broken ||= lostConnection(error);
      throw failureOf(error, this.#options.server);
    }
  }
}

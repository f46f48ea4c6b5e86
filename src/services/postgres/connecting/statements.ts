/** How statements are run, on a connection or on a whole pool. */
import type pg from "pg";

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

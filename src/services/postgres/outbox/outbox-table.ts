/** An outbox table by the name a person gives it. */
import pg from "pg";
import { UsageError } from "../../../contract/errors.ts";

export interface OutboxTable {
  /** `schema.table` as notifications have it. */
  readonly name: string;
  /** For use in a statement. */
  readonly quoted: string;
  /** Names the table among those whose lanes are leased. */
  readonly scope: string;
}

const NAME = /^(?:([A-Za-z_][A-Za-z0-9_$]{0,62})\.)?([A-Za-z_][A-Za-z0-9_$]{0,62})$/;

/** A name without a schema is in `schema`; case is folded as SQL folds it. Throws `UsageError`. */
export function outboxTable(given: string | undefined, schema: string): OutboxTable {
  const match = NAME.exec(given ?? "outbox");
  if (match === null) {
    throw new UsageError(
      `"${given}" is no outbox table: name it as table or schema.table, in plain SQL names`,
    );
  }
  const parts = [(match[1] ?? schema).toLowerCase(), (match[2] ?? "").toLowerCase()];
  const name = parts.join(".");
  return { name, quoted: parts.map(pg.escapeIdentifier).join("."), scope: `outbox ${name}` };
}

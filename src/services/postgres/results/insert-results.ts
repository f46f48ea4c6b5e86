/** Puts results into `check_results`, each identity once. */

import type { CountedResult } from "../../../core/reporting/rollup.ts";
import { millisecondsOf } from "../connecting/instants.ts";
import type { Sql } from "../connecting/sql.ts";
import { inKeyOrder, type PreparedResult } from "./prepared-result.ts";
import {
  RESULT_COLUMN_NAMES,
  RESULT_PARAMETERS,
  RESULT_SELECT_LIST,
  resultColumns,
} from "./result-columns.ts";

const DROPPED_BEFORE = `
  SELECT ${millisecondsOf("dropped_before", "droppedBeforeMs")} FROM result_retention`;

const COPY_RESULTS = `COPY check_results (${RESULT_COLUMN_NAMES}) FROM STDIN (FORMAT binary)`;

const INSERT_RESULTS = `
  INSERT INTO check_results (${RESULT_COLUMN_NAMES})
  SELECT ${RESULT_SELECT_LIST} FROM unnest(${RESULT_PARAMETERS}) AS result (${RESULT_COLUMN_NAMES})
  ON CONFLICT DO NOTHING`;

/** Which of the rows this transaction has just inserted: the others have been there before. */
const INSERTED_NOW = `
  SELECT ordinal::integer
  FROM unnest($1::uuid[], $2::timestamptz[], $3::text[]) WITH ORDINALITY AS key (site_id, slot, location, ordinal)
  JOIN check_results AS result USING (site_id, slot, location)
  WHERE result.xmin = pg_current_xact_id()::xid`;

/** Selects what retention has not dropped: what it has dropped is counted already. */
export type StillWanted = <T extends CountedResult>(results: readonly T[]) => readonly T[];

export async function readRetention(sql: Sql): Promise<StillWanted> {
  const [row] = await sql.rows<{ droppedBeforeMs: number }>(DROPPED_BEFORE);
  return (results) =>
    row === undefined ? results : results.filter(({ slotMs }) => slotMs >= row.droppedBeforeMs);
}

/** Throws `RefusedError` 23505 when one of the rows is there already: then none is written, and `insertNew` is the way. */
export async function copyAll(sql: Sql, rows: Uint8Array): Promise<void> {
  await sql.copyIn(COPY_RESULTS, rows);
}

/** Returns those that were not there before. */
export async function insertNew(
  sql: Sql,
  results: readonly PreparedResult[],
): Promise<readonly PreparedResult[]> {
  const ordered = inKeyOrder(results);
  const columns = resultColumns(ordered);
  const inserted = await sql.change(INSERT_RESULTS, columns);
  if (inserted === results.length) return results;
  if (inserted === 0) return [];
  const rows = await sql.rows<{ ordinal: number }>(INSERTED_NOW, columns.slice(0, 3));
  const fresh = new Set(rows.map(({ ordinal }) => ordered[ordinal - 1]));
  return results.filter((result) => fresh.has(result));
}

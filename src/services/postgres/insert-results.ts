/** Puts results into `check_results`, each identity once. */
import type { CheckResult } from "../../contract/check-result.ts";
import {
  RESULT_COLUMN_NAMES,
  RESULT_PARAMETERS,
  RESULT_SELECT_LIST,
  resultColumns,
} from "./result-columns.ts";
import type { Sql } from "./sql.ts";

/** Row numbers come back only where some rows were there before: all new is the common case. */
const INSERT_RESULTS = `
  WITH given AS MATERIALIZED (
    SELECT * FROM unnest(${RESULT_PARAMETERS}) WITH ORDINALITY AS result (${RESULT_COLUMN_NAMES}, ordinal)
    WHERE slot >= coalesce((SELECT dropped_before FROM result_retention), '-infinity')
  ), inserted AS (
    INSERT INTO check_results (${RESULT_COLUMN_NAMES})
    SELECT ${RESULT_SELECT_LIST} FROM given
    ON CONFLICT DO NOTHING
    RETURNING site_id, slot, location
  )
  SELECT
    (SELECT count(*) FROM inserted)::integer AS count,
    CASE WHEN (SELECT count(*) FROM inserted) < cardinality($1::uuid[]) THEN (
      SELECT coalesce(array_agg(ordinal::integer), '{}') FROM given JOIN inserted USING (site_id, slot, location)
    ) END AS ordinals`;

type Inserted = { readonly count: number; readonly ordinals: number[] | null };

/** Returns those that were new; results of dropped partitions are not. Give them in the order of their keys. */
export async function insertResults(
  sql: Sql,
  results: readonly CheckResult[],
): Promise<readonly CheckResult[]> {
  const [inserted] = await sql.rows<Inserted>(INSERT_RESULTS, resultColumns(results));
  const ordinals = inserted?.ordinals ?? null;
  if (ordinals === null) return results;
  const isNew = new Set(ordinals);
  return results.filter((_, index) => isNew.has(index + 1));
}

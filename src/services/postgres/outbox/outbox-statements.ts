/** The statements of the relay's side of one outbox table. */
import { EVENT_COLUMNS } from "./outbox-rows.ts";

/** `table` is quoted. Each parameter is described where the statement is run (outbox-queue.ts). */
export function outboxStatements(table: string) {
  const isParked =
    "parked_at IS NOT NULL AND NOT published AND ($1::bigint[] IS NULL OR id = ANY ($1::bigint[]))";
  const ready = "NOT published AND parked_at IS NULL AND waits_for IS NULL";
  const waits = "waits_for IS NOT NULL";
  const ageOf = (which: string): string => `(
    SELECT extract(epoch FROM clock_timestamp() - created_at) * 1000
    FROM ${table} WHERE ${which} ORDER BY id LIMIT 1
  )`;
  return {
    horizon: `
      SELECT
        coalesce((SELECT max(id) FROM ${table}), 0) AS highest_id,
        ARRAY (
          SELECT virtualtransaction FROM pg_locks
          WHERE locktype = 'relation' AND relation = $1::regclass AND granted
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            AND mode IN ('RowExclusiveLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
        ) AS writers,
        coalesce((SELECT rewinds FROM outboxes WHERE name = $2), 0) AS rewinds`,
    letWait: `
      WITH still_parked AS (
        SELECT id FROM ${table}
        WHERE id = ANY ($2::bigint[]) AND parked_at IS NOT NULL AND NOT published FOR UPDATE
      )
      UPDATE ${table} AS waiting SET waits_for = given.waits_for
      FROM unnest($1::bigint[], $2::bigint[]) AS given (id, waits_for)
      JOIN still_parked ON still_parked.id = given.waits_for
      WHERE waiting.id = given.id AND NOT waiting.published`,
    freeWaiting: `UPDATE ${table} SET waits_for = NULL WHERE waits_for = ANY ($1::bigint[])`,
    freeAllWaiting: `UPDATE ${table} SET waits_for = NULL WHERE ${waits}`,
    markPublished: `
      UPDATE ${table} SET published = true, published_at = now(), waits_for = NULL
      WHERE id = ANY ($1::bigint[]) AND NOT published`,
    park: `
      UPDATE ${table} AS refused SET parked_at = now(), park_code = given.code, park_reason = given.reason
      FROM unnest($1::bigint[], $2::text[], $3::text[]) AS given (id, code, reason)
      WHERE refused.id = given.id AND NOT refused.published`,
    removePublished: `
      WITH removed AS (
        DELETE FROM ${table} WHERE id IN (
          SELECT id FROM ${table}
          WHERE published AND published_at < now() - $1 * interval '1 millisecond'
            AND published_at >= coalesce(to_timestamp($3::float8 / 1000) - interval '1 minute', '-infinity')
          ORDER BY published_at LIMIT $2 FOR UPDATE SKIP LOCKED
        ) RETURNING published_at
      )
      SELECT count(*) AS count, max(published_at) AS until FROM removed`,
    backlog: `
      SELECT
        (SELECT count(*) FROM ${table} WHERE ${ready}) + (SELECT count(*) FROM ${table} WHERE ${waits}) AS unpublished,
        (SELECT count(*) FROM ${table} WHERE NOT published AND parked_at IS NOT NULL) AS parked,
        greatest(0, ${ageOf(ready)}, ${ageOf(waits)})::double precision AS oldest_age_ms`,
    parked: `
      SELECT id, park_code, park_reason, parked_at, ${EVENT_COLUMNS} FROM ${table}
      WHERE parked_at IS NOT NULL AND NOT published ORDER BY id LIMIT $1`,
    retryParked: `
      UPDATE ${table} SET parked_at = NULL, park_code = NULL, park_reason = NULL WHERE ${isParked} RETURNING id`,
    discardParked: `DELETE FROM ${table} WHERE ${isParked} RETURNING id`,
  };
}

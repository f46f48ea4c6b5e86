/** Partitions of `check_results`: one a UTC day, made ahead of time and for late results, dropped whole. */
import { DAY_MS } from "../../../contract/duration.ts";
import { dayColumn } from "../binary/columns.ts";
import type { Sql, SqlService } from "../connecting/sql.ts";

export const PARTITION_MS = DAY_MS;

/** Whoever makes or drops partitions holds this; the number is `sitewire` in spirit only. */
const LOCK_PARTITIONS = "SELECT pg_advisory_xact_lock(1937007981, 1)";

const MISSING_DAYS = `
  SELECT to_char(day, 'YYYYMMDD') AS name, day::text AS from, (day + 1)::text AS to
  FROM unnest($1::date[]) AS day
  WHERE to_regclass('check_results_' || to_char(day, 'YYYYMMDD')) IS NULL
    AND NOT EXISTS (SELECT FROM result_retention WHERE dropped_before >= (day + 1)::timestamp AT TIME ZONE 'UTC')
  ORDER BY day`;

type MissingDay = { readonly name: string; readonly from: string; readonly to: string };

const KEEP_CREATION = `
  INSERT INTO result_partitions (day) SELECT unnest($1::date[])
  ON CONFLICT (day) DO UPDATE SET created_at = now()`;

/** Start of the UTC day of an instant; both milliseconds since the epoch. */
export function partitionStart(instantMs: number): number {
  return Math.floor(instantMs / PARTITION_MS) * PARTITION_MS;
}

/**
 * Makes the partitions that are missing for these days, but for days that retention has dropped; returns how many.
 * Several may call at once.
 */
export async function createPartitions(service: SqlService, daysMs: readonly number[]): Promise<number> {
  if (daysMs.length === 0) return 0;
  return await service.transaction(async (sql) => {
    await sql.rows(LOCK_PARTITIONS);
    const missing = await sql.rows<MissingDay>(MISSING_DAYS, [dayColumn(daysMs)]);
    for (const day of missing) await createPartition(sql, day);
    if (missing.length > 0) {
      await sql.change(KEEP_CREATION, [dayColumn(missing.map(({ from }) => Date.parse(from)))]);
    }
    return missing.length;
  });
}

/** Attached rather than created in place: attaching lets others write to the table meanwhile. */
async function createPartition(sql: Sql, { name, from, to }: MissingDay): Promise<void> {
  await sql.script(`
    CREATE TABLE check_results_${name} (LIKE check_results INCLUDING DEFAULTS INCLUDING CONSTRAINTS);
    ALTER TABLE check_results ATTACH PARTITION check_results_${name}
      FOR VALUES FROM ('${from} 00:00:00+00') TO ('${to} 00:00:00+00');
  `);
}

const OLD_PARTITIONS = `
  SELECT to_char(day, 'YYYYMMDD') AS name, (extract(epoch FROM day + 1) * 1000)::double precision AS "endMs",
    created_at > to_timestamp($2 / 1000.0) AS young
  FROM result_partitions WHERE day < $1::date ORDER BY day`;

type OldPartition = { readonly name: string; readonly endMs: number; readonly young: boolean };

const KEEP_DROPPED_BEFORE = `
  INSERT INTO result_retention (dropped_before) VALUES (to_timestamp($1 / 1000.0))
  ON CONFLICT (only_row) DO UPDATE
  SET dropped_before = greatest(result_retention.dropped_before, excluded.dropped_before)`;

/** Others wait behind one who waits for a table's lock: rather not now than long. */
const LOCK_TIMEOUT = "SET LOCAL lock_timeout = '3s'";

/**
 * Drops the partitions whose day is over before `beforeMs`, oldest first, one a transaction; returns how many. One made
 * after `createdBeforeMs` stays, and so do those of later days: a replay may still be filling them. Both are
 * milliseconds since the epoch.
 */
export async function dropPartitions(
  service: SqlService,
  { beforeMs, createdBeforeMs }: { readonly beforeMs: number; readonly createdBeforeMs: number },
): Promise<number> {
  const before = new Date(partitionStart(beforeMs)).toISOString().slice(0, 10);
  const old = await service.rows<OldPartition>(OLD_PARTITIONS, [before, createdBeforeMs]);
  let dropped = 0;
  for (const { name, endMs, young } of old) {
    if (young) break;
    // First, and by itself: from then on nobody counts a result of that day again, dropped or not.
    await service.change(KEEP_DROPPED_BEFORE, [endMs]);
    dropped += await service.transaction(async (sql) => {
      await sql.script(LOCK_TIMEOUT);
      await sql.rows(LOCK_PARTITIONS);
      await sql.script(`DROP TABLE IF EXISTS check_results_${name}`);
      return await sql.change("DELETE FROM result_partitions WHERE day = to_date($1, 'YYYYMMDD')", [name]);
    });
  }
  return dropped;
}

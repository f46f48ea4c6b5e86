/**
 * Tables partitioned by time: `check_results` by UTC day, the rollups by month. Partitions are made one a transaction,
 * ahead of time and for late results, and dropped whole.
 */
import { DAY_MS } from "../../../contract/duration.ts";
import { messageOf } from "../../../contract/errors.ts";

import { sqlStateOf } from "../connecting/failures.ts";
import type { SqlService } from "../connecting/sql.ts";

type PartitionedTable = "check_results" | "uptime_hourly" | "uptime_daily";

/** The function is made in migrations/0003_check_results.sql. */
const ENSURE_PARTITION = "SELECT ensure_partition($1, $2::date) AS created";

/** A UTC day as PostgreSQL's `date` reads it; `instantMs` is milliseconds since the epoch. */
function dayOf(instantMs: number): string {
  return new Date(instantMs).toISOString().slice(0, 10);
}

/** Makes the partition for an instant where it is missing; returns whether it was. Several may call at once. */
async function ensurePartition(
  service: SqlService,
  table: PartitionedTable,
  instantMs: number,
): Promise<boolean> {
  const [row] = await service.rows<{ created: boolean }>(ENSURE_PARTITION, [table, dayOf(instantMs)]);
  return row?.created === true;
}

/** Makes what is missing for results of these UTC days, given by their first instants; returns how many. */
export async function ensurePartitions(service: SqlService, daysMs: Iterable<number>): Promise<number> {
  const months = new Map<string, number>();
  let created = 0;
  for (const dayMs of daysMs) {
    if (await ensurePartition(service, "check_results", dayMs)) created += 1;
    months.set(dayOf(dayMs).slice(0, 7), dayMs);
  }
  for (const monthMs of months.values()) {
    for (const table of ["uptime_hourly", "uptime_daily"] as const) {
      if (await ensurePartition(service, table, monthMs)) created += 1;
    }
  }
  return created;
}

/** The UTC day of an instant, by its first instant; both milliseconds since the epoch. */
export function dayStart(instantMs: number): number {
  return Math.floor(instantMs / DAY_MS) * DAY_MS;
}

/** Partitions by name, also those that were detached and not dropped yet. Their names begin with the table's. */
const PARTITIONS = `
  SELECT quote_ident(current_schema()) AS schema, relname AS name, inhrelid IS NOT NULL AS attached, coalesce(inhdetachpending, false) AS pending,
    pg_has_role(relowner, 'USAGE') AS owned
  FROM pg_class LEFT JOIN pg_inherits ON inhrelid = pg_class.oid
  WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' AND relname ~ ('^' || $1 || '_[0-9]+$')
  ORDER BY relname`;

type PartitionRow = {
  /** For use in a statement. */
  readonly schema: string;
  readonly name: string;
  readonly attached: boolean;
  readonly pending: boolean;
  readonly owned: boolean;
};

interface OldPartition extends PartitionRow {
  readonly table: PartitionedTable;
  /** Its end, milliseconds since the epoch. */
  readonly endMs: number;
}

/** The partitions that are over before an instant, in milliseconds since the epoch, oldest first. */
export async function oldPartitions(
  service: SqlService,
  table: PartitionedTable,
  beforeMs: number,
): Promise<readonly OldPartition[]> {
  const rows = await service.rows<PartitionRow>(PARTITIONS, [table]);
  return rows
    .flatMap((row) => {
      const endMs = endOf(row.name.slice(table.length + 1));
      return endMs === null || endMs > beforeMs ? [] : [{ ...row, table, endMs }];
    })
    .sort((a, b) => a.endMs - b.endMs);
}

/** Of `YYYYMMDD` or `YYYYMM`, milliseconds since the epoch; null for another name. */
function endOf(suffix: string): number | null {
  const [, year, month, day] = /^(\d{4})(\d\d)(\d\d)?$/.exec(suffix) ?? [];
  if (year === undefined || month === undefined) return null;
  const startMs = Date.parse(`${year}-${month}-${day ?? "01"}T00:00:00Z`);
  if (day !== undefined) return startMs + DAY_MS;
  const end = new Date(startMs);
  return end.setUTCMonth(end.getUTCMonth() + 1);
}

/**
 * Drops a partition in steps that make nobody wait: it is detached concurrently, so that others read and write the
 * table meanwhile, and dropped by itself. Returns null, or why it can't be done now: somebody reads the table for
 * longer than the lock timeout. The next call goes on where this one stopped (PostgreSQL manual, "ALTER TABLE",
 * "DETACH PARTITION").
 */
export async function dropPartition(
  service: SqlService,
  { schema, table, name, attached, pending }: OldPartition,
): Promise<string | null> {
  try {
    if (attached) {
      const how = pending ? "FINALIZE" : "CONCURRENTLY";
      await service.outsideTransaction(
        `ALTER TABLE ${schema}.${table} DETACH PARTITION ${schema}.${name} ${how}`,
      );
    }
    await service.script(`DROP TABLE IF EXISTS ${name}`);
    return null;
  } catch (error) {
    if (isBusy(error)) return messageOf(error);
    throw error;
  }
}

/** 55P03: lock not available; 55000: another partition's detachment is pending. */
function isBusy(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : null;
  return ["55P03", "55000"].includes(sqlStateOf(cause) ?? "");
}

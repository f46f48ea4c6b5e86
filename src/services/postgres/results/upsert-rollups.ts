/**
 * Adds what was counted of new results to `uptime_hourly` and `uptime_daily`. Rows are made where they are missing,
 * then locked, read, added up and written back; all in the order of their keys, so that writers never wait in a circle.
 */
import { DAY_MS } from "../../../contract/duration.ts";
import { LatencyHistogram } from "../../../core/reporting/latency-histogram.ts";
import { type KeyedRollup, Rollup } from "../../../core/reporting/rollup.ts";
import {
  bytesColumn,
  dayColumn,
  doubleColumn,
  floatColumn,
  instantColumn,
  integerColumn,
  textColumn,
  uuidColumn,
} from "../binary/columns.ts";
import type { Sql } from "../connecting/sql.ts";

export interface RollupTable {
  readonly periodMs: number;
  readonly insertMissing: string;
  readonly lock: string;
  readonly update: string;
  readonly startColumn: (startsMs: readonly number[]) => Uint8Array;
}

function rollupTable(
  table: string,
  start: string,
  startType: string,
): Omit<RollupTable, "periodMs" | "startColumn"> {
  const keys = `unnest($1::uuid[], $2::${startType}[], $3::text[])`;
  return {
    insertMissing: `
      INSERT INTO ${table} (site_id, ${start}, location, up, degraded, down, response_times, response_time_sum_ms, latencies)
      SELECT site_id, start, location, 0, 0, 0, 0, 0, ''
      FROM ${keys} AS key (site_id, start, location)
      ON CONFLICT DO NOTHING`,
    lock: `
      SELECT ordinal::integer, up, degraded, down, response_time_sum_ms, latencies
      FROM ${keys} WITH ORDINALITY AS key (site_id, start, location, ordinal)
      JOIN ${table} AS rollup
        ON rollup.site_id = key.site_id AND rollup.${start} = key.start AND rollup.location = key.location
      ORDER BY ordinal
      FOR UPDATE OF rollup`,
    update: `
      UPDATE ${table} AS rollup SET
        up = new.up, degraded = new.degraded, down = new.down,
        response_times = new.response_times, response_time_sum_ms = new.response_time_sum_ms,
        p50_ms = new.p50_ms, p95_ms = new.p95_ms, p99_ms = new.p99_ms, latencies = new.latencies
      FROM unnest(
        $1::uuid[], $2::${startType}[], $3::text[], $4::integer[], $5::integer[], $6::integer[], $7::integer[],
        $8::double precision[], $9::real[], $10::real[], $11::real[], $12::bytea[]
      ) AS new (
        site_id, start, location, up, degraded, down, response_times,
        response_time_sum_ms, p50_ms, p95_ms, p99_ms, latencies
      )
      WHERE rollup.site_id = new.site_id AND rollup.${start} = new.start AND rollup.location = new.location`,
  };
}

export const HOURLY_ROLLUPS: RollupTable = {
  ...rollupTable("uptime_hourly", "hour", "timestamptz"),
  periodMs: 3_600_000,
  startColumn: instantColumn,
};

export const DAILY_ROLLUPS: RollupTable = {
  ...rollupTable("uptime_daily", "day", "date"),
  periodMs: DAY_MS,
  startColumn: dayColumn,
};

type StoredRollup = {
  readonly ordinal: number;
  readonly up: number;
  readonly degraded: number;
  readonly down: number;
  readonly response_time_sum_ms: number;
  readonly latencies: Uint8Array;
};

const PERCENTILES = [0.5, 0.95, 0.99];

/** `added` has each key once, in the order of the keys. */
export async function addRollups(sql: Sql, table: RollupTable, added: readonly KeyedRollup[]): Promise<void> {
  if (added.length === 0) return;
  const keys = keyColumns(table, added);
  // Before any row is locked: who waits here for another's insert holds nothing that the other wants.
  await sql.change(table.insertMissing, keys);
  const stored = await sql.rows<StoredRollup>(table.lock, keys);
  const sums = stored.map((row) => {
    const rollup = rollupOf(row);
    const addition = added[row.ordinal - 1];
    if (addition === undefined) throw new Error(`${row.ordinal} is not the number of a key`);
    rollup.merge(addition.rollup);
    return { key: addition.key, rollup };
  });
  await sql.change(table.update, [...keyColumns(table, sums), ...valueColumns(sums)]);
}

function rollupOf(row: StoredRollup): Rollup {
  const rollup = new Rollup(LatencyHistogram.fromBytes(row.latencies));
  rollup.up = row.up;
  rollup.degraded = row.degraded;
  rollup.down = row.down;
  rollup.responseTimeSumMs = row.response_time_sum_ms;
  return rollup;
}

function keyColumns(table: RollupTable, rollups: readonly KeyedRollup[]): readonly Uint8Array[] {
  return [
    uuidColumn(rollups.map(({ key }) => key.siteId)),
    table.startColumn(rollups.map(({ key }) => key.startMs)),
    textColumn(rollups.map(({ key }) => key.location)),
  ];
}

function valueColumns(rollups: readonly KeyedRollup[]): readonly Uint8Array[] {
  const percentiles = rollups.map(({ rollup }) => rollup.latencies.percentiles(PERCENTILES));
  return [
    integerColumn(rollups.map(({ rollup }) => rollup.up)),
    integerColumn(rollups.map(({ rollup }) => rollup.degraded)),
    integerColumn(rollups.map(({ rollup }) => rollup.down)),
    integerColumn(rollups.map(({ rollup }) => rollup.latencies.total)),
    doubleColumn(rollups.map(({ rollup }) => rollup.responseTimeSumMs)),
    ...PERCENTILES.map((_, index) => floatColumn(percentiles.map((values) => values[index] ?? null))),
    bytesColumn(rollups.map(({ rollup }) => rollup.latencies.toBytes())),
  ];
}

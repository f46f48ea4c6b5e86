/**
 * Adds what was counted of new results to `uptime_hourly` and `uptime_daily`: reads the rows, adds up, and writes them
 * back in one pass over the keys in their order, so that writers never wait for each other in a circle. The rows are
 * not locked while they are read; `revision` tells whether another writer changed one in between.
 */
import { DAY_MS } from "../../../contract/duration.ts";
import { UnavailableError } from "../../../core/failures.ts";
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
  readonly read: string;
  readonly write: string;
  readonly startColumn: (startsMs: readonly number[]) => Uint8Array;
}

/** Another transaction changed one of the rollups: this transaction has to begin anew. */
export class RollupConflictError extends UnavailableError {}

function statementsOf(
  table: string,
  start: string,
  startType: string,
): Omit<RollupTable, "periodMs" | "startColumn"> {
  const counted = `up, degraded, down, response_times, response_time_sum_ms, p50_ms, p95_ms, p99_ms, latencies, revision`;
  return {
    read: `
      SELECT ordinal::integer, up, degraded, down, response_time_sum_ms, latencies, revision
      FROM unnest($1::uuid[], $2::${startType}[], $3::text[]) WITH ORDINALITY AS key (site_id, start, location, ordinal)
      JOIN ${table} AS rollup
        ON rollup.site_id = key.site_id AND rollup.${start} = key.start AND rollup.location = key.location`,
    write: `
      INSERT INTO ${table} AS rollup (site_id, ${start}, location, ${counted})
      SELECT site_id, start, location, ${counted} FROM unnest(
        $1::uuid[], $2::${startType}[], $3::text[], $4::integer[], $5::integer[], $6::integer[], $7::integer[],
        $8::double precision[], $9::real[], $10::real[], $11::real[], $12::bytea[], $13::integer[]
      ) AS new (site_id, start, location, ${counted})
      ON CONFLICT (site_id, ${start}, location) DO UPDATE SET
        up = excluded.up, degraded = excluded.degraded, down = excluded.down,
        response_times = excluded.response_times, response_time_sum_ms = excluded.response_time_sum_ms,
        p50_ms = excluded.p50_ms, p95_ms = excluded.p95_ms, p99_ms = excluded.p99_ms,
        latencies = excluded.latencies, revision = excluded.revision
      WHERE rollup.revision = excluded.revision - 1`,
  };
}

export const HOURLY_ROLLUPS: RollupTable = {
  ...statementsOf("uptime_hourly", "hour", "timestamptz"),
  periodMs: 3_600_000,
  startColumn: instantColumn,
};

export const DAILY_ROLLUPS: RollupTable = {
  ...statementsOf("uptime_daily", "day", "date"),
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
  readonly revision: number;
};

const PERCENTILES = [0.5, 0.95, 0.99];

/**
 * `added` has each key once, in the order of the keys; its rollups become the sums. Throws `RollupConflictError` where
 * another transaction changed a row in between.
 */
export async function addRollups(sql: Sql, table: RollupTable, added: readonly KeyedRollup[]): Promise<void> {
  if (added.length === 0) return;
  const keys = [
    uuidColumn(added.map(({ key }) => key.siteId)),
    table.startColumn(added.map(({ key }) => key.startMs)),
    textColumn(added.map(({ key }) => key.location)),
  ];
  const revisions = new Array<number>(added.length).fill(1);
  for (const row of await sql.rows<StoredRollup>(table.read, keys)) {
    added[row.ordinal - 1]?.rollup.merge(rollupOf(row));
    revisions[row.ordinal - 1] = row.revision + 1;
  }
  const written = await sql.change(table.write, [...keys, ...valueColumns(added), integerColumn(revisions)]);
  if (written < added.length) throw new RollupConflictError("rollups were changed by another transaction");
}

function rollupOf(row: StoredRollup): Rollup {
  const rollup = new Rollup(LatencyHistogram.fromBytes(row.latencies));
  rollup.up = row.up;
  rollup.degraded = row.degraded;
  rollup.down = row.down;
  rollup.responseTimeSumMs = row.response_time_sum_ms;
  return rollup;
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

/**
 * Adds what was counted of new results to `uptime_hourly` and `uptime_daily`: takes the rows as this process wrote them
 * last, or reads them, adds up, and writes them back in the order of their keys, so that writers never wait for each
 * other in a circle. No row is locked before it is written; `revision` shows whether another writer changed it.
 */
import { DAY_MS } from "../../../contract/duration.ts";
import { UnavailableError } from "../../../core/failures.ts";
import { LatencyHistogram } from "../../../core/reporting/latency-histogram.ts";
import { PhaseSums } from "../../../core/reporting/phase-sums.ts";
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
  readonly update: string;
  readonly insert: string;
  readonly startColumn: (startsMs: readonly number[]) => Uint8Array;
}

/** Another transaction changed one of the rollups: this transaction has to begin anew. */
export class RollupConflictError extends UnavailableError {}

function statementsOf(
  table: string,
  start: string,
  startType: string,
): Omit<RollupTable, "periodMs" | "startColumn"> {
  const counted = [
    ...["up", "degraded", "down", "response_times", "response_time_sum_ms"],
    ...["p50_ms", "p95_ms", "p99_ms", "latencies", "phases", "revision"],
  ];
  const rows = `unnest(
      $1::uuid[], $2::${startType}[], $3::text[], $4::integer[], $5::integer[], $6::integer[], $7::integer[],
      $8::double precision[], $9::real[], $10::real[], $11::real[], $12::bytea[], $13::bytea[],
      $14::integer[]
    ) AS new (site_id, start, location, ${counted.join(", ")})`;
  return {
    read: `
      SELECT ordinal::integer, up, degraded, down, response_time_sum_ms, latencies, phases, revision
      FROM unnest($1::uuid[], $2::${startType}[], $3::text[]) WITH ORDINALITY AS key (site_id, start, location, ordinal)
      JOIN ${table} AS rollup
        ON rollup.site_id = key.site_id AND rollup.${start} = key.start AND rollup.location = key.location`,
    // Cheaper than ON CONFLICT DO UPDATE, which locks each row before it changes it.
    update: `
      UPDATE ${table} AS rollup SET ${counted.map((name) => `${name} = new.${name}`).join(", ")}
      FROM ${rows}
      WHERE rollup.site_id = new.site_id AND rollup.${start} = new.start AND rollup.location = new.location
        AND rollup.revision = new.revision - 1`,
    insert: `
      INSERT INTO ${table} (site_id, ${start}, location, ${counted.join(", ")})
      SELECT site_id, start, location, ${counted.join(", ")} FROM ${rows}
      ON CONFLICT DO NOTHING`,
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
  readonly up: number;
  readonly degraded: number;
  readonly down: number;
  readonly response_time_sum_ms: number;
  readonly latencies: Uint8Array;
  readonly phases: Uint8Array;
  readonly revision: number;
};

const PERCENTILES = [0.5, 0.95, 0.99];

/** More rows are forgotten all at once; a row takes some hundred bytes. */
const LARGEST_MEMORY = 20_000;

/** The rows of one table as this process wrote them last: while nobody else writes them, they need not be read again. */
export class KnownRollups {
  /** By `nameOf` their keys. */
  readonly #rows = new Map<string, StoredRollup>();

  get(name: string): StoredRollup | undefined {
    return this.#rows.get(name);
  }

  /** Call it when the transaction that wrote them is committed. */
  remember(written: WrittenRollups): void {
    if (this.#rows.size + written.size > LARGEST_MEMORY) this.#rows.clear();
    if (written.size > LARGEST_MEMORY) return;
    for (const [name, row] of written) this.#rows.set(name, row);
  }

  /** Call it when a transaction failed: another may have written in between, or the rows may have gone. */
  forget(): void {
    this.#rows.clear();
  }
}

type WrittenRollups = ReadonlyMap<string, StoredRollup>;

function nameOf({ siteId, startMs, location }: KeyedRollup["key"]): string {
  return `${siteId} ${startMs} ${location}`;
}

/**
 * `added` has each key once, in the order of the keys; its rollups become the sums. Returns the rows as they are now.
 * Throws `RollupConflictError` where another transaction changed a row in between.
 */
export async function addRollups(
  sql: Sql,
  table: RollupTable,
  added: readonly KeyedRollup[],
  known: KnownRollups,
): Promise<WrittenRollups> {
  const names = added.map(({ key }) => nameOf(key));
  const stored = names.map((name) => known.get(name));
  const unknown = [...added.keys()].filter((index) => stored[index] === undefined);
  const unknownRollups = unknown.flatMap((index) => added[index] ?? []);
  for (const row of await readRollups(sql, table, unknownRollups)) {
    const index = unknown[row.ordinal - 1];
    if (index !== undefined) stored[index] = row;
  }
  const written = added.map(({ key, rollup }, index): WrittenRollup => {
    const row = stored[index];
    if (row !== undefined) rollup.merge(rollupOf(row));
    const { up, degraded, down, responseTimeSumMs } = rollup;
    const latencies = rollup.latencies.toBytes();
    const revision = (row?.revision ?? 0) + 1;
    const phases = rollup.phases.toBytes();
    const counts = {
      up,
      degraded,
      down,
      response_time_sum_ms: responseTimeSumMs,
      latencies,
      phases,
      revision,
    };
    return { key, rollup, row: counts };
  });
  const existing = written.filter(({ row }) => row.revision > 1);
  const missing = written.filter(({ row }) => row.revision === 1);
  await writeRollups(sql, table.update, table, existing);
  await writeRollups(sql, table.insert, table, missing);
  return new Map(written.map(({ row }, index) => [names[index] ?? "", row]));
}

async function readRollups(
  sql: Sql,
  table: RollupTable,
  rollups: readonly KeyedRollup[],
): Promise<readonly (StoredRollup & { readonly ordinal: number })[]> {
  return rollups.length === 0 ? [] : await sql.rows(table.read, keyColumns(table, rollups));
}

interface WrittenRollup extends KeyedRollup {
  readonly row: StoredRollup;
}

async function writeRollups(
  sql: Sql,
  statement: string,
  table: RollupTable,
  rollups: readonly WrittenRollup[],
): Promise<void> {
  if (rollups.length === 0) return;
  const changed = await sql.change(statement, [...keyColumns(table, rollups), ...valueColumns(rollups)]);
  if (changed < rollups.length) throw new RollupConflictError("rollups were changed by another transaction");
}

function keyColumns(table: RollupTable, rollups: readonly KeyedRollup[]): readonly Uint8Array[] {
  return [
    uuidColumn(rollups.map(({ key }) => key.siteId)),
    table.startColumn(rollups.map(({ key }) => key.startMs)),
    textColumn(rollups.map(({ key }) => key.location)),
  ];
}

function rollupOf(row: StoredRollup): Rollup {
  const rollup = new Rollup(LatencyHistogram.fromBytes(row.latencies), PhaseSums.fromBytes(row.phases));
  rollup.up = row.up;
  rollup.degraded = row.degraded;
  rollup.down = row.down;
  rollup.responseTimeSumMs = row.response_time_sum_ms;
  return rollup;
}

function valueColumns(rollups: readonly WrittenRollup[]): readonly Uint8Array[] {
  const percentiles = rollups.map(({ rollup }) => rollup.latencies.percentiles(PERCENTILES));
  return [
    integerColumn(rollups.map(({ rollup }) => rollup.up)),
    integerColumn(rollups.map(({ rollup }) => rollup.degraded)),
    integerColumn(rollups.map(({ rollup }) => rollup.down)),
    integerColumn(rollups.map(({ rollup }) => rollup.latencies.total)),
    doubleColumn(rollups.map(({ rollup }) => rollup.responseTimeSumMs)),
    ...PERCENTILES.map((_, index) => floatColumn(percentiles.map((values) => values[index] ?? null))),
    bytesColumn(rollups.map(({ row }) => row.latencies)),
    bytesColumn(rollups.map(({ row }) => row.phases)),
    integerColumn(rollups.map(({ row }) => row.revision)),
  ];
}

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

type RollupRow = {
  readonly ordinal: number;
  readonly up: number;
  readonly degraded: number;
  readonly down: number;
  readonly response_time_sum_ms: number;
  readonly latencies: Uint8Array;
  readonly phases: Uint8Array;
  readonly revision: number;
};

/** A row as it was read or written last. */
interface StoredRollup {
  readonly rollup: Rollup;
  readonly revision: number;
}

const PERCENTILES = [0.5, 0.95, 0.99];

/** More rows are forgotten all at once; a row takes some hundred bytes. */
const LARGEST_MEMORY = 20_000;

/**
 * The rows of one table as this process wrote them last: while nobody else writes them, they need not be read again.
 * `addRollups` adds to them before its transaction commits. Where it fails, `forget` drops them, and a writer that has
 * used them meanwhile is stopped by the revision.
 */
export class KnownRollups {
  /** By `nameOf` their keys. */
  readonly #rows = new Map<string, StoredRollup>();

  get(name: string): StoredRollup | undefined {
    return this.#rows.get(name);
  }

  /** Call it when the transaction that wrote them is committed. */
  remember(written: readonly WrittenRollup[]): void {
    if (this.#rows.size + written.length > LARGEST_MEMORY) this.#rows.clear();
    if (written.length > LARGEST_MEMORY) return;
    for (const { name, rollup, revision } of written) this.#rows.set(name, { rollup, revision });
  }

  /** Call it when a transaction failed: another may have written in between, or the rows may have gone. */
  forget(): void {
    this.#rows.clear();
  }
}

interface WrittenRollup extends KeyedRollup, StoredRollup {
  readonly name: string;
}

function nameOf({ siteId, startMs, location }: KeyedRollup["key"]): string {
  return `${siteId} ${startMs} ${location}`;
}

/**
 * `added` has each key once, in the order of the keys. Returns the rows as they are now. Throws `RollupConflictError`
 * where another transaction changed a row in between.
 */
export async function addRollups(
  sql: Sql,
  table: RollupTable,
  added: readonly KeyedRollup[],
  known: KnownRollups,
): Promise<readonly WrittenRollup[]> {
  const names = added.map(({ key }) => nameOf(key));
  const stored = names.map((name) => known.get(name));
  const unknown = [...added.keys()].filter((index) => stored[index] === undefined);
  const unknownRollups = unknown.flatMap((index) => added[index] ?? []);
  for (const row of await readRollups(sql, table, unknownRollups)) {
    const index = unknown[row.ordinal - 1];
    if (index !== undefined) stored[index] = { rollup: rollupOf(row), revision: row.revision };
  }
  const written = added.map(({ key, rollup }, index): WrittenRollup => {
    const name = names[index] ?? nameOf(key);
    const before = stored[index];
    if (before === undefined) return { name, key, rollup, revision: 1 };
    before.rollup.merge(rollup);
    return { name, key, rollup: before.rollup, revision: before.revision + 1 };
  });
  const existing = written.filter(({ revision }) => revision > 1);
  const missing = written.filter(({ revision }) => revision === 1);
  await writeRollups(sql, table.update, table, existing);
  await writeRollups(sql, table.insert, table, missing);
  return written;
}

async function readRollups(
  sql: Sql,
  table: RollupTable,
  rollups: readonly KeyedRollup[],
): Promise<readonly RollupRow[]> {
  return rollups.length === 0 ? [] : await sql.rows(table.read, keyColumns(table, rollups));
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

function rollupOf(row: RollupRow): Rollup {
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
    bytesColumn(rollups.map(({ rollup }) => rollup.latencies.toBytes())),
    bytesColumn(rollups.map(({ rollup }) => rollup.phases.toBytes())),
    integerColumn(rollups.map(({ revision }) => revision)),
  ];
}

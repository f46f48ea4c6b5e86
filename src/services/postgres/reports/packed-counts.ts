/**
 * Decodes the counts of one site from the column `packed` of its rows, one per period and location. See
 * migrations/0003_check_results.sql for the column.
 */
import type { LatencyHistogram } from "../../../core/reporting/latency-histogram.ts";
import type { SiteUptime } from "../../../core/reporting/ports.ts";
import { instantOf } from "../binary/copy-reader.ts";

/** Offset of each value within a row; all values are big-endian. */
const ROW = {
  /** 64-bit microseconds since 2000. */
  start: 0,
  up: 8,
  degraded: 12,
  down: 16,
  responseTimes: 20,
  responseTimeSumMs: 24,
  p50Ms: 32,
  p95Ms: 36,
  p99Ms: 40,
  bytes: 44,
};

const PERCENTILES = [0.5, 0.95, 0.99];

export class PackedCounts implements SiteUptime {
  readonly siteId: string;
  readonly startsMs: number[];
  readonly up: number[];
  readonly degraded: number[];
  readonly down: number[];
  readonly meanResponseTimesMs: (number | null)[];
  readonly p50Ms: (number | null)[];
  readonly p95Ms: (number | null)[];
  readonly p99Ms: (number | null)[];
  readonly #responseTimes: number[];
  readonly #responseTimeSumsMs: number[];
  readonly #hasSeveralLocations: boolean;

  /** Throws `RangeError` when the length is not a multiple of the row size. */
  constructor(siteId: string, packed: Uint8Array) {
    if (packed.length % ROW.bytes !== 0)
      throw new RangeError(`${packed.length} bytes are not a multiple of the row size`);
    this.siteId = siteId;
    const rows = new DataView(packed.buffer, packed.byteOffset, packed.length);
    const places = inOrderOfTime(rows);
    const periods = periodsOf(rows, places);
    this.#hasSeveralLocations = periods < places.length;
    // Allocated at full length: growing the lists takes four times as long.
    this.startsMs = new Array<number>(periods);
    this.up = new Array<number>(periods);
    this.degraded = new Array<number>(periods);
    this.down = new Array<number>(periods);
    this.meanResponseTimesMs = new Array<number | null>(periods);
    this.p50Ms = new Array<number | null>(periods);
    this.p95Ms = new Array<number | null>(periods);
    this.p99Ms = new Array<number | null>(periods);
    this.#responseTimes = new Array<number>(periods);
    this.#responseTimeSumsMs = new Array<number>(periods);
    let period = -1;
    let latestMs = Number.NEGATIVE_INFINITY;
    for (const at of places) {
      const startMs = startOf(rows, at);
      if (startMs === latestMs) {
        this.#addLocation(period, rows, at);
      } else {
        period += 1;
        latestMs = startMs;
        this.startsMs[period] = startMs;
        this.#set(period, rows, at);
      }
    }
  }

  /** True when a period has rows of several locations; then its percentiles must be computed from histograms. */
  get hasSeveralLocations(): boolean {
    return this.#hasSeveralLocations;
  }

  /** Percentiles of merged histograms, by start of the period: percentiles themselves cannot be merged. */
  settlePercentiles(histograms: ReadonlyMap<number, LatencyHistogram>): void {
    for (const [index, startMs] of this.startsMs.entries()) {
      const [p50Ms = null, p95Ms = null, p99Ms = null] =
        histograms.get(startMs)?.percentiles(PERCENTILES) ?? [];
      this.p50Ms[index] = p50Ms;
      this.p95Ms[index] = p95Ms;
      this.p99Ms[index] = p99Ms;
    }
  }

  #set(period: number, rows: DataView, at: number): void {
    const responseTimes = rows.getInt32(at + ROW.responseTimes);
    const responseTimeSumMs = rows.getFloat64(at + ROW.responseTimeSumMs);
    this.up[period] = rows.getInt32(at + ROW.up);
    this.degraded[period] = rows.getInt32(at + ROW.degraded);
    this.down[period] = rows.getInt32(at + ROW.down);
    this.#responseTimes[period] = responseTimes;
    this.#responseTimeSumsMs[period] = responseTimeSumMs;
    this.meanResponseTimesMs[period] = meanOf(responseTimeSumMs, responseTimes);
    this.p50Ms[period] = orNull(rows.getFloat32(at + ROW.p50Ms));
    this.p95Ms[period] = orNull(rows.getFloat32(at + ROW.p95Ms));
    this.p99Ms[period] = orNull(rows.getFloat32(at + ROW.p99Ms));
  }

  #addLocation(period: number, rows: DataView, at: number): void {
    addTo(this.up, period, rows.getInt32(at + ROW.up));
    addTo(this.degraded, period, rows.getInt32(at + ROW.degraded));
    addTo(this.down, period, rows.getInt32(at + ROW.down));
    const responseTimes = addTo(this.#responseTimes, period, rows.getInt32(at + ROW.responseTimes));
    const sumMs = addTo(this.#responseTimeSumsMs, period, rows.getFloat64(at + ROW.responseTimeSumMs));
    this.meanResponseTimesMs[period] = meanOf(sumMs, responseTimes);
  }
}

export interface PackedRow {
  /** Start of the period, milliseconds since the epoch. */
  readonly startMs: number;
  readonly up: number;
  readonly degraded: number;
  readonly down: number;
  readonly p95Ms: number | null;
}

/** Calls `visit` with each row, in their order: one per period and location. */
export function forEachPackedRow(packed: Uint8Array, visit: (row: PackedRow) => void): void {
  const rows = new DataView(packed.buffer, packed.byteOffset, packed.length);
  for (let at = 0; at + ROW.bytes <= packed.length; at += ROW.bytes) {
    visit({
      startMs: startOf(rows, at),
      up: rows.getInt32(at + ROW.up),
      degraded: rows.getInt32(at + ROW.degraded),
      down: rows.getInt32(at + ROW.down),
      p95Ms: orNull(rows.getFloat32(at + ROW.p95Ms)),
    });
  }
}

/** Offset of each row, ordered by time. Rows usually arrive in that order, but nothing guarantees it. */
function inOrderOfTime(rows: DataView): readonly number[] {
  const places = new Array<number>(rows.byteLength / ROW.bytes);
  for (let row = 0; row < places.length; row += 1) places[row] = row * ROW.bytes;
  let latestMs = Number.NEGATIVE_INFINITY;
  for (const at of places) {
    const startMs = startOf(rows, at);
    if (startMs < latestMs) return places.sort((a, b) => startOf(rows, a) - startOf(rows, b));
    latestMs = startMs;
  }
  return places;
}

/** Number of distinct starts. */
function periodsOf(rows: DataView, places: readonly number[]): number {
  let periods = 0;
  let latestMs = Number.NEGATIVE_INFINITY;
  for (const at of places) {
    const startMs = startOf(rows, at);
    if (startMs !== latestMs) periods += 1;
    latestMs = startMs;
  }
  return periods;
}

/** Milliseconds since the epoch. */
function startOf(rows: DataView, at: number): number {
  return instantOf(rows.getInt32(at + ROW.start), rows.getUint32(at + ROW.start + 4));
}

function addTo(list: number[], at: number, value: number): number {
  const sum = (list[at] ?? 0) + value;
  list[at] = sum;
  return sum;
}

/** The column's encoding of null. */
function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

function meanOf(sumMs: number, count: number): number | null {
  return count === 0 ? null : sumMs / count;
}

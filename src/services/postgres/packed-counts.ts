/**
 * The counts of one site from the column `packed` of its rows, one for each period and location. The column is made in
 * migrations/0003_check_results.sql.
 */
import type { LatencyHistogram } from "../../core/reporting/latency-histogram.ts";
import type { SiteUptime } from "../../core/reporting/ports.ts";
import { instantOf } from "./copy-reader.ts";

/** Where each value is within a row's bytes, all big-endian. */
const ROW = {
  /** Microseconds since 2000, of 64 bits. */
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
  readonly startsMs: number[] = [];
  readonly up: number[] = [];
  readonly degraded: number[] = [];
  readonly down: number[] = [];
  readonly meanResponseTimesMs: (number | null)[] = [];
  readonly p50Ms: (number | null)[] = [];
  readonly p95Ms: (number | null)[] = [];
  readonly p99Ms: (number | null)[] = [];
  readonly #responseTimes: number[] = [];
  readonly #responseTimeSumsMs: number[] = [];
  #hasSeveralLocations = false;

  /** Throws `RangeError` where the bytes are not whole rows: the column is not as believed. */
  constructor(siteId: string, packed: Uint8Array) {
    if (packed.length % ROW.bytes !== 0) throw new RangeError(`${packed.length} bytes are no whole rows`);
    this.siteId = siteId;
    const rows = new DataView(packed.buffer, packed.byteOffset, packed.length);
    for (const at of inOrderOfTime(rows)) this.#add(rows, at);
  }

  /** True when a period has rows of several locations: its percentiles are not settled then. */
  get hasSeveralLocations(): boolean {
    return this.#hasSeveralLocations;
  }

  /** Percentiles from the histograms of all locations together, by start of the period: percentiles do not add up. */
  settlePercentiles(histograms: ReadonlyMap<number, LatencyHistogram>): void {
    for (const [index, startMs] of this.startsMs.entries()) {
      const [p50Ms = null, p95Ms = null, p99Ms = null] =
        histograms.get(startMs)?.percentiles(PERCENTILES) ?? [];
      this.p50Ms[index] = p50Ms;
      this.p95Ms[index] = p95Ms;
      this.p99Ms[index] = p99Ms;
    }
  }

  #add(rows: DataView, at: number): void {
    const startMs = startOf(rows, at);
    if (this.startsMs.at(-1) === startMs) {
      this.#addLocation(rows, at);
      return;
    }
    const responseTimes = rows.getInt32(at + ROW.responseTimes);
    const responseTimeSumMs = rows.getFloat64(at + ROW.responseTimeSumMs);
    this.startsMs.push(startMs);
    this.up.push(rows.getInt32(at + ROW.up));
    this.degraded.push(rows.getInt32(at + ROW.degraded));
    this.down.push(rows.getInt32(at + ROW.down));
    this.#responseTimes.push(responseTimes);
    this.#responseTimeSumsMs.push(responseTimeSumMs);
    this.meanResponseTimesMs.push(meanOf(responseTimeSumMs, responseTimes));
    this.p50Ms.push(orNull(rows.getFloat32(at + ROW.p50Ms)));
    this.p95Ms.push(orNull(rows.getFloat32(at + ROW.p95Ms)));
    this.p99Ms.push(orNull(rows.getFloat32(at + ROW.p99Ms)));
  }

  /** To the period before. */
  #addLocation(rows: DataView, at: number): void {
    const last = this.startsMs.length - 1;
    this.#hasSeveralLocations = true;
    addTo(this.up, last, rows.getInt32(at + ROW.up));
    addTo(this.degraded, last, rows.getInt32(at + ROW.degraded));
    addTo(this.down, last, rows.getInt32(at + ROW.down));
    const responseTimes = addTo(this.#responseTimes, last, rows.getInt32(at + ROW.responseTimes));
    const sumMs = addTo(this.#responseTimeSumsMs, last, rows.getFloat64(at + ROW.responseTimeSumMs));
    this.meanResponseTimesMs[last] = meanOf(sumMs, responseTimes);
  }
}

/** Where each row begins. Rows nearly always come in the order of time, as they were made; nothing promises it. */
function inOrderOfTime(rows: DataView): readonly number[] {
  const places: number[] = [];
  let ordered = true;
  let latestMs = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < rows.byteLength; at += ROW.bytes) {
    const startMs = startOf(rows, at);
    ordered &&= startMs >= latestMs;
    latestMs = startMs;
    places.push(at);
  }
  return ordered ? places : places.sort((a, b) => startOf(rows, a) - startOf(rows, b));
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

/** What the column has for a null. */
function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

function meanOf(sumMs: number, count: number): number | null {
  return count === 0 ? null : sumMs / count;
}

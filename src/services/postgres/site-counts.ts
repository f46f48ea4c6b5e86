/** The counts of one site, period after period, as its rows come in: one for each period and location. */
import type { UptimeCount } from "../../core/reporting/ports.ts";

/** A row: one period at one location. */
export interface LocationCount {
  readonly startMs: number;
  readonly up: number;
  readonly degraded: number;
  readonly down: number;
  /** How many of them have a response time, and the sum of these. */
  readonly responseTimes: number;
  readonly responseTimeSumMs: number;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
}

export class SiteCounts {
  readonly siteId: string;
  /** By time. */
  readonly #counts: UptimeCount[] = [];
  /** Beside the counts: what their means are made of. */
  readonly #responseTimes: number[] = [];
  readonly #responseTimeSumsMs: number[] = [];
  #hasSeveralLocations = false;

  constructor(siteId: string) {
    this.siteId = siteId;
  }

  get counts(): readonly UptimeCount[] {
    return this.#counts;
  }

  /** True when a period has rows of several locations: its percentiles are not settled then. */
  get hasSeveralLocations(): boolean {
    return this.#hasSeveralLocations;
  }

  add(row: LocationCount): void {
    const { startMs, up, degraded, down, responseTimes, responseTimeSumMs, p50Ms, p95Ms, p99Ms } = row;
    const at = this.#positionOf(startMs);
    const known = this.#counts[at];
    if (known?.startMs === startMs) {
      this.#addLocation(at, known, row);
      return;
    }
    const meanResponseTimeMs = meanOf(responseTimeSumMs, responseTimes);
    const { siteId } = this;
    const count = { siteId, startMs, up, degraded, down, meanResponseTimeMs, p50Ms, p95Ms, p99Ms };
    insertAt(this.#counts, at, count);
    insertAt(this.#responseTimes, at, responseTimes);
    insertAt(this.#responseTimeSumsMs, at, responseTimeSumMs);
  }

  /** Sets the percentiles of a period: p50, p95 and p99. */
  settle(startMs: number, [p50Ms = null, p95Ms = null, p99Ms = null]: readonly (number | null)[]): void {
    const at = this.#positionOf(startMs);
    const known = this.#counts[at];
    if (known?.startMs === startMs) this.#counts[at] = { ...known, p50Ms, p95Ms, p99Ms };
  }

  #addLocation(at: number, known: UptimeCount, row: LocationCount): void {
    const responseTimes = (this.#responseTimes[at] ?? 0) + row.responseTimes;
    const responseTimeSumMs = (this.#responseTimeSumsMs[at] ?? 0) + row.responseTimeSumMs;
    this.#responseTimes[at] = responseTimes;
    this.#responseTimeSumsMs[at] = responseTimeSumMs;
    this.#hasSeveralLocations = true;
    this.#counts[at] = {
      ...known,
      up: known.up + row.up,
      degraded: known.degraded + row.degraded,
      down: known.down + row.down,
      meanResponseTimeMs: meanOf(responseTimeSumMs, responseTimes),
    };
  }

  /** Where the period is, or belongs: nearly always the end, as rows come in the order of time. */
  #positionOf(startMs: number): number {
    const last = this.#counts.at(-1);
    if (last === undefined || last.startMs < startMs) return this.#counts.length;
    let [low, high] = [0, this.#counts.length - 1];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#counts[middle]?.startMs ?? startMs) < startMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function insertAt<T>(list: T[], at: number, value: T): void {
  if (at === list.length) list.push(value);
  else list.splice(at, 0, value);
}

function meanOf(sumMs: number, count: number): number | null {
  return count === 0 ? null : sumMs / count;
}

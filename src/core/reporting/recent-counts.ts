/** Counts of one site in the last hours or days. A fixed number of bytes a site: a server keeps them for all sites. */

/** What was counted at one location in one period. */
export interface LocationCounts {
  readonly up: number;
  readonly degraded: number;
  readonly down: number;
  /** Null without a response time. */
  readonly p95Ms: number | null;
}

/** What was counted in one period at all locations. */
export interface PeriodCounts {
  readonly up: number;
  readonly degraded: number;
  readonly down: number;
  /** Results of the location with the most: at least so many slots were observed. */
  readonly observed: number;
  /** Of the slowest location; null without a response time. */
  readonly p95Ms: number | null;
}

const FIELDS = { up: 0, degraded: 1, down: 2, observed: 3, count: 4 } as const;

export class RecentCounts {
  readonly #periodMs: number;
  readonly #length: number;
  readonly #counts: Int32Array;
  readonly #p95Ms: Float32Array;
  /** Number of the latest period; period number n starts at n · periodMs. */
  #latest: number;

  /** Keeps `length` periods of `periodMs` milliseconds, of which `nowMs` is in the latest. */
  constructor({ periodMs, length }: { readonly periodMs: number; readonly length: number }, nowMs: number) {
    this.#periodMs = periodMs;
    this.#length = length;
    this.#counts = new Int32Array(length * FIELDS.count);
    this.#p95Ms = new Float32Array(length).fill(Number.NaN);
    this.#latest = Math.floor(nowMs / periodMs);
  }

  /** Makes the period that contains `nowMs` the latest one, and forgets those that are then too old. */
  advance(nowMs: number): void {
    const number = Math.floor(nowMs / this.#periodMs);
    for (let next = Math.max(this.#latest + 1, number - this.#length + 1); next <= number; next += 1) {
      this.#clear(next);
    }
    this.#latest = Math.max(this.#latest, number);
  }

  /** Forgets the periods from `fromMs` on, so that they can be added anew. */
  clearFrom(fromMs: number): void {
    const oldest = this.#latest - this.#length + 1;
    const first = Math.max(Math.floor(fromMs / this.#periodMs), oldest);
    for (let number = first; number <= this.#latest; number += 1) this.#clear(number);
  }

  /** Adds the counts of one location. Periods that are too old or in the future are not kept. */
  add(startMs: number, { up, degraded, down, p95Ms }: LocationCounts): void {
    const number = Math.floor(startMs / this.#periodMs);
    if (number > this.#latest || number <= this.#latest - this.#length) return;
    const at = this.#placeOf(number);
    const base = at * FIELDS.count;
    this.#increase(base + FIELDS.up, up);
    this.#increase(base + FIELDS.degraded, degraded);
    this.#increase(base + FIELDS.down, down);
    const observed = base + FIELDS.observed;
    this.#counts[observed] = Math.max(this.#counts[observed] ?? 0, up + degraded + down);
    if (p95Ms === null) return;
    const slowest = this.#p95Ms[at] ?? Number.NaN;
    this.#p95Ms[at] = Number.isNaN(slowest) ? p95Ms : Math.max(slowest, p95Ms);
  }

  /** Start of the oldest period, milliseconds since the epoch. */
  get oldestStartMs(): number {
    return (this.#latest - this.#length + 1) * this.#periodMs;
  }

  /** All periods, oldest first. */
  *periods(): Generator<PeriodCounts & { readonly startMs: number }> {
    for (let number = this.#latest - this.#length + 1; number <= this.#latest; number += 1) {
      const at = this.#placeOf(number);
      const base = at * FIELDS.count;
      const p95Ms = this.#p95Ms[at] ?? Number.NaN;
      yield {
        startMs: number * this.#periodMs,
        up: this.#counts[base + FIELDS.up] ?? 0,
        degraded: this.#counts[base + FIELDS.degraded] ?? 0,
        down: this.#counts[base + FIELDS.down] ?? 0,
        observed: this.#counts[base + FIELDS.observed] ?? 0,
        p95Ms: Number.isNaN(p95Ms) ? null : p95Ms,
      };
    }
  }

  #placeOf(number: number): number {
    return ((number % this.#length) + this.#length) % this.#length;
  }

  #clear(number: number): void {
    const at = this.#placeOf(number);
    this.#counts.fill(0, at * FIELDS.count, (at + 1) * FIELDS.count);
    this.#p95Ms[at] = Number.NaN;
  }

  #increase(at: number, by: number): void {
    this.#counts[at] = (this.#counts[at] ?? 0) + by;
  }
}

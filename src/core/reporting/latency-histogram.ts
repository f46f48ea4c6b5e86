/**
 * A latency histogram with logarithmic buckets, as in DDSketch (Masson, Rim, Lee: "DDSketch", VLDB 2019). Every
 * percentile is within 1.5 % of the exact value. Histograms can be merged: hours into a day, locations into a total.
 */

/** Largest relative difference between a value and the middle of its bucket. */
const ACCURACY = 0.015;
const LOG_GROWTH = Math.log((1 + ACCURACY) / (1 - ACCURACY));
const MIDDLE = 1 - ACCURACY;
/** One microsecond. Shorter latencies count as this. */
const SHORTEST_MS = 0.001;
/** The buckets of the shortest and the longest latency. All latencies above nearly three hours share the last bucket. */
const LOWEST_BUCKET = bucketOf(SHORTEST_MS);
const HIGHEST_BUCKET = bucketOf(10_000_000);
/** A histogram of so few buckets is merged bucket by bucket; one of more is merged into new lists. */
const FEW_BUCKETS = 4;

export class LatencyHistogram {
  /** Parallel lists: bucket numbers in ascending order, and the count of each bucket. */
  #buckets: number[] = [];
  #counts: number[] = [];
  #total = 0;

  static empty(): LatencyHistogram {
    return new LatencyHistogram();
  }

  /** Number of values added. */
  get total(): number {
    return this.#total;
  }

  /** Adds one latency in milliseconds. */
  add(latencyMs: number): void {
    const bucket = Math.min(HIGHEST_BUCKET, bucketOf(Math.max(SHORTEST_MS, latencyMs)));
    this.#count(bucket, 1);
    this.#total += 1;
  }

  merge(other: LatencyHistogram): void {
    if (other.#buckets.length <= FEW_BUCKETS) this.#mergeFew(other);
    else this.#mergeMany(other);
    this.#total += other.#total;
  }

  #mergeFew(other: LatencyHistogram): void {
    for (let index = 0; index < other.#buckets.length; index += 1) {
      this.#count(other.#buckets[index] ?? 0, other.#counts[index] ?? 0);
    }
  }

  #count(bucket: number, count: number): void {
    const at = this.#positionOf(bucket);
    if (this.#buckets[at] === bucket) {
      this.#counts[at] = (this.#counts[at] ?? 0) + count;
    } else {
      this.#buckets.splice(at, 0, bucket);
      this.#counts.splice(at, 0, count);
    }
  }

  #mergeMany(other: LatencyHistogram): void {
    const buckets: number[] = [];
    const counts: number[] = [];
    let [mine, theirs] = [0, 0];
    while (mine < this.#buckets.length || theirs < other.#buckets.length) {
      const own = this.#buckets[mine] ?? Number.POSITIVE_INFINITY;
      const foreign = other.#buckets[theirs] ?? Number.POSITIVE_INFINITY;
      let count = 0;
      if (own <= foreign) count += this.#counts[mine++] ?? 0;
      if (foreign <= own) count += other.#counts[theirs++] ?? 0;
      buckets.push(Math.min(own, foreign));
      counts.push(count);
    }
    this.#buckets = buckets;
    this.#counts = counts;
  }

  /** Takes out what was merged or added before. */
  subtract(other: LatencyHistogram): void {
    const taken = new Map(other.#buckets.map((bucket, index) => [bucket, other.#counts[index] ?? 0]));
    const left = this.#buckets
      .map((bucket, index) => [bucket, (this.#counts[index] ?? 0) - (taken.get(bucket) ?? 0)] as const)
      .filter(([, count]) => count > 0);
    this.#buckets = left.map(([bucket]) => bucket);
    this.#counts = left.map(([, count]) => count);
    this.#total = left.reduce((sum, [, count]) => sum + count, 0);
  }

  /**
   * Returns one percentile per share (above 0, at most 1), in milliseconds, by the nearest-rank method. `shares` must
   * ascend. Every percentile is null while the histogram is empty.
   */
  percentiles(shares: readonly number[]): readonly (number | null)[] {
    if (this.#total === 0) return shares.map(() => null);
    let position = -1;
    let seen = 0;
    return shares.map((share) => {
      const rank = Math.max(1, Math.ceil(share * this.#total));
      while (seen < rank && position < this.#buckets.length - 1) {
        position += 1;
        seen += this.#counts[position] ?? 0;
      }
      return middleOf(this.#buckets[position] ?? HIGHEST_BUCKET);
    });
  }

  /** Encodes the histogram: for each bucket the distance to the previous one and the count, as varints. */
  toBytes(): Uint8Array {
    const bytes: number[] = [];
    let previous = LOWEST_BUCKET;
    for (let index = 0; index < this.#buckets.length; index += 1) {
      const bucket = this.#buckets[index] ?? 0;
      pushInteger(bytes, bucket - previous);
      pushInteger(bytes, this.#counts[index] ?? 0);
      previous = bucket;
    }
    return new Uint8Array(bytes);
  }

  /** Decodes the output of `toBytes`. Throws `RangeError` when it is truncated. */
  static fromBytes(bytes: Uint8Array): LatencyHistogram {
    const histogram = new LatencyHistogram();
    const reader = new IntegerReader(bytes);
    let bucket = LOWEST_BUCKET;
    while (!reader.atEnd) {
      bucket += reader.next();
      const count = reader.next();
      histogram.#buckets.push(bucket);
      histogram.#counts.push(count);
      histogram.#total += count;
    }
    return histogram;
  }

  /** Index of the bucket, or the index at which to insert it. */
  #positionOf(bucket: number): number {
    let [low, high] = [0, this.#buckets.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#buckets[middle] ?? 0) < bucket) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function bucketOf(latencyMs: number): number {
  return Math.ceil(Math.log(latencyMs) / LOG_GROWTH);
}

/** The value with the same relative distance to both ends of the bucket. */
function middleOf(bucket: number): number {
  return Math.exp(bucket * LOG_GROWTH) * MIDDLE;
}

/** Little-endian base 128 (LEB128): seven bits per byte; the eighth bit is set when more bytes follow. */
function pushInteger(bytes: number[], value: number): void {
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
}

class IntegerReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  next(): number {
    let value = 0;
    let weight = 1;
    for (;;) {
      const byte = this.#bytes[this.#at];
      if (byte === undefined) throw new RangeError("a latency histogram ends in the middle of a number");
      this.#at += 1;
      value += (byte % 128) * weight;
      if (byte < 128) return value;
      weight *= 128;
    }
  }
}

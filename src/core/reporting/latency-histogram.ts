/**
 * Latencies counted in logarithmic buckets, as DDSketch has them (Masson, Rim, Lee: "DDSketch", VLDB 2019): any
 * percentile is within 1.5 % of the exact one, and histograms of hours or places add up to that of a day or the world.
 */

/** Largest relative distance of a value from its bucket's middle. */
const ACCURACY = 0.015;
const LOG_GROWTH = Math.log((1 + ACCURACY) / (1 - ACCURACY));
const MIDDLE = 1 - ACCURACY;
/** Anything shorter counts as this; one microsecond. */
const SHORTEST_MS = 0.001;
/** Of the shortest and longest value; beyond the longest (nearly three hours) all is one bucket. */
const LOWEST_BUCKET = bucketOf(SHORTEST_MS);
const HIGHEST_BUCKET = bucketOf(10_000_000);

export class LatencyHistogram {
  /** Two lists side by side: bucket numbers, ascending, and how many values each has. */
  #buckets: number[] = [];
  #counts: number[] = [];
  #total = 0;

  static empty(): LatencyHistogram {
    return new LatencyHistogram();
  }

  /** How many values were added. */
  get total(): number {
    return this.#total;
  }

  /** Milliseconds. */
  add(latencyMs: number): void {
    const bucket = Math.min(HIGHEST_BUCKET, bucketOf(Math.max(SHORTEST_MS, latencyMs)));
    const at = this.#positionOf(bucket);
    if (this.#buckets[at] === bucket) {
      this.#counts[at] = (this.#counts[at] ?? 0) + 1;
    } else {
      this.#buckets.splice(at, 0, bucket);
      this.#counts.splice(at, 0, 1);
    }
    this.#total += 1;
  }

  merge(other: LatencyHistogram): void {
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
    this.#total += other.#total;
  }

  /**
   * Milliseconds below which the given share (above 0, at most 1) of the values lies, by nearest rank, one for each
   * share. The shares ascend. Null while there are no values.
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

  /** Compact: bucket distances and counts, ascending, each as a variable-length integer. */
  toBytes(): Uint8Array {
    const bytes: number[] = [];
    let previous = LOWEST_BUCKET;
    for (const [index, bucket] of this.#buckets.entries()) {
      pushInteger(bytes, bucket - previous);
      pushInteger(bytes, this.#counts[index] ?? 0);
      previous = bucket;
    }
    return Uint8Array.from(bytes);
  }

  /** Throws `RangeError` for what `toBytes` never made. */
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

  /** Where the bucket is, or belongs. */
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

/** The value whose relative distance from both ends of the bucket is the same. */
function middleOf(bucket: number): number {
  return Math.exp(bucket * LOG_GROWTH) * MIDDLE;
}

/** Seven bits a byte, lowest first; the eighth says that more follow. */
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

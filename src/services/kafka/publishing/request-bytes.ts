/**
 * How many bytes of events one round of Produce requests may carry, before compression: what the line carried last, so
 * that a slow one acknowledges in small steps.
 */

const FIRST_BYTES = 1_000_000;
const FEWEST_BYTES = 100_000;
const MOST_BYTES = 8_000_000;
/** What one request should take on a line that is the bottleneck. */
const WANTED_MS = 1_000;

export class RequestBytes {
  #limit = FIRST_BYTES;

  get limit(): number {
    return this.#limit;
  }

  /** After a request of that size was answered. */
  carried(sizeBytes: number, durationMs: number): void {
    const inTime = (sizeBytes / Math.max(durationMs, 1)) * WANTED_MS;
    // A small request says nothing of what a larger one takes: grow by doubling.
    const next = durationMs > WANTED_MS ? inTime : Math.max(this.#limit, Math.min(inTime, 2 * sizeBytes));
    this.#limit = Math.min(MOST_BYTES, Math.max(FEWEST_BYTES, next));
  }

  /** After a request was not answered in time. */
  notCarried(): void {
    this.#limit = Math.max(FEWEST_BYTES, this.#limit / 2);
  }
}

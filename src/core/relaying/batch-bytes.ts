/** Adapts the size of a batch, in bytes, to what the last batch delivered, which prevents timeouts on a slow network. */

const MOST_BYTES = 4 << 20;
const FEWEST_BYTES = 64 << 10;

export class BatchBytes {
  #bytes = MOST_BYTES;

  get current(): number {
    return this.#bytes;
  }

  /** Adapts the size after a batch, of which `decidedBytes` were decided. `all` is true when every row was decided. */
  carried(decidedBytes: number, all: boolean): void {
    this.#bytes = all
      ? Math.min(2 * this.#bytes, MOST_BYTES)
      : Math.min(this.#bytes, Math.max(decidedBytes, FEWEST_BYTES));
  }
}

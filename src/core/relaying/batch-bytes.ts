/** How many bytes of rows one batch takes: as many as the line carried last, so that a slow line is not overfilled. */

const MOST_BYTES = 4 << 20;
const FEWEST_BYTES = 64 << 10;

export class BatchBytes {
  #bytes = MOST_BYTES;

  get current(): number {
    return this.#bytes;
  }

  /** After a batch: `decidedBytes` of it were decided; `all` says whether that was the whole of it. */
  carried(decidedBytes: number, all: boolean): void {
    this.#bytes = all
      ? Math.min(2 * this.#bytes, MOST_BYTES)
      : Math.min(this.#bytes, Math.max(decidedBytes, FEWEST_BYTES));
  }
}

/**
 * Bytes collected up to a limit, in one block that grows by doubling: a body that arrives in single bytes costs no
 * more memory than one that arrives at once.
 */
const FIRST_CAPACITY_BYTES = 16_384;

export class BoundedBuffer {
  readonly #limitBytes: number;
  #block: Buffer;
  #sizeBytes = 0;
  #overflowed = false;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
    this.#block = Buffer.allocUnsafeSlow(Math.min(limitBytes, FIRST_CAPACITY_BYTES));
  }

  /** True as soon as there was more than the limit; what is over it is dropped. */
  get overflowed(): boolean {
    return this.#overflowed;
  }

  add(chunk: Uint8Array): void {
    const room = this.#limitBytes - this.#sizeBytes;
    if (chunk.byteLength > room) this.#overflowed = true;
    const taken = chunk.byteLength > room ? chunk.subarray(0, room) : chunk;
    this.#growTo(this.#sizeBytes + taken.byteLength);
    this.#block.set(taken, this.#sizeBytes);
    this.#sizeBytes += taken.byteLength;
  }

  /** What was collected; a view, not a copy. */
  bytes(): Uint8Array {
    return this.#block.subarray(0, this.#sizeBytes);
  }

  #growTo(neededBytes: number): void {
    if (neededBytes <= this.#block.byteLength) return;
    const capacity = Math.min(this.#limitBytes, Math.max(neededBytes, this.#block.byteLength * 2));
    const larger = Buffer.allocUnsafeSlow(capacity);
    larger.set(this.bytes());
    this.#block = larger;
  }
}

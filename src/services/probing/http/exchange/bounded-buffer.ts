/**
 * Collects bytes up to a limit in one block, so that a body that arrives in single bytes costs no more memory than one
 * that arrives at once. The block grows in few, large steps; the operating system gives it memory as it is written.
 */
import { giveBlockBack, takeBlock } from "./memory-blocks.ts";

const GROWTH = 16;
const EMPTY = Buffer.alloc(0);

export class BoundedBuffer {
  readonly #limitBytes: number;
  #block: Buffer | null = null;
  #sizeBytes = 0;
  #overflowed = false;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** True as soon as there was more than the limit; what is over it is dropped. */
  get overflowed(): boolean {
    return this.#overflowed;
  }

  /** Copies the bytes. */
  add(bytes: Uint8Array): void {
    const room = this.#limitBytes - this.#sizeBytes;
    if (bytes.byteLength > room) this.#overflowed = true;
    const taken = bytes.byteLength > room ? bytes.subarray(0, room) : bytes;
    if (taken.byteLength === 0) return;
    const block = this.#blockFor(this.#sizeBytes + taken.byteLength);
    block.set(taken, this.#sizeBytes);
    this.#sizeBytes += taken.byteLength;
  }

  /** What was collected: a view, valid until `release`. */
  bytes(): Buffer {
    return this.#block === null ? EMPTY : this.#block.subarray(0, this.#sizeBytes);
  }

  /** Gives the memory back and begins anew. */
  release(): void {
    if (this.#block !== null) giveBlockBack(this.#block);
    this.#block = null;
    this.#sizeBytes = 0;
    this.#overflowed = false;
  }

  #blockFor(neededBytes: number): Buffer {
    const block = this.#block;
    if (block !== null && neededBytes <= block.byteLength) return block;
    const larger = takeBlock(
      block === null
        ? neededBytes
        : Math.max(neededBytes, Math.min(this.#limitBytes, block.byteLength * GROWTH)),
    );
    if (block !== null) {
      larger.set(block.subarray(0, this.#sizeBytes));
      giveBlockBack(block);
    }
    this.#block = larger;
    return larger;
  }
}

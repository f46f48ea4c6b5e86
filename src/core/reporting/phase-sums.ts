/** Sums of the phases of many checks, in milliseconds. They can be merged like counts: hours into a day. */
import type { Timings } from "../../contract/checks/check-result.ts";

const PHASES = ["dnsMs", "connectMs", "tlsMs", "firstByteMs", "downloadMs"] as const;
export type Phase = (typeof PHASES)[number];

const VALUE_BYTES = 4;

export class PhaseSums {
  readonly #sumsMs = new Float64Array(PHASES.length);

  /** A phase that did not take place adds nothing. */
  add(timings: Timings): void {
    this.#add(0, timings.dnsMs ?? 0);
    this.#add(1, timings.connectMs ?? 0);
    this.#add(2, timings.tlsMs ?? 0);
    this.#add(3, timings.firstByteMs ?? 0);
    this.#add(4, timings.downloadMs ?? 0);
  }

  merge(other: PhaseSums): void {
    for (let index = 0; index < PHASES.length; index += 1) this.#add(index, other.#sumsMs[index] ?? 0);
  }

  /** The mean of each phase over `count` checks; null for none. */
  means(count: number): Readonly<Record<Phase, number>> | null {
    if (count === 0) return null;
    const [dnsMs = 0, connectMs = 0, tlsMs = 0, firstByteMs = 0, downloadMs = 0] = this.#sumsMs;
    return {
      dnsMs: dnsMs / count,
      connectMs: connectMs / count,
      tlsMs: tlsMs / count,
      firstByteMs: firstByteMs / count,
      downloadMs: downloadMs / count,
    };
  }

  /** Encodes the sums in the order of the phases, as big-endian 32-bit floating-point numbers. */
  toBytes(): Uint8Array {
    const bytes = new Uint8Array(PHASES.length * VALUE_BYTES);
    const view = new DataView(bytes.buffer);
    for (let index = 0; index < PHASES.length; index += 1) {
      view.setFloat32(index * VALUE_BYTES, this.#sumsMs[index] ?? 0);
    }
    return bytes;
  }

  /** Decodes the output of `toBytes`. Throws `RangeError` when it has another length. */
  static fromBytes(bytes: Uint8Array): PhaseSums {
    if (bytes.length !== PHASES.length * VALUE_BYTES) {
      throw new RangeError(`${bytes.length} bytes are not ${PHASES.length} sums`);
    }
    const sums = new PhaseSums();
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (const index of PHASES.keys()) sums.#add(index, view.getFloat32(index * VALUE_BYTES));
    return sums;
  }

  #add(index: number, sumMs: number): void {
    this.#sumsMs[index] = (this.#sumsMs[index] ?? 0) + sumMs;
  }
}

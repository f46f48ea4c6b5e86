/**
 * Collects a response's body up to a limit of decoded bytes and says when it has enough. Neither a large body nor a
 * small one that unpacks to gigabytes takes more memory than the limit.
 */

import { messageOf, ProbeError } from "../../probe-error.ts";
import { BodyDecoding } from "./body-decoding.ts";
import { BoundedBuffer } from "./bounded-buffer.ts";
import type { ContentCoding } from "./content-decoding.ts";

export interface BodyListener {
  /** Called once, last, when the body is complete or as much of it as is wanted has come. */
  onComplete(): void;
  onFailure(error: ProbeError): void;
  /** Something in the body was not as it should be, and was accepted. */
  onIrregularity(what: string): void;
}

export interface CollectedBody {
  readonly body: Uint8Array;
  readonly bodyTruncated: boolean;
}

/** Extra encoded bytes to accept: incompressible data grows slightly. */
const ENCODED_ALLOWANCE_BYTES = 65_536;

export class BodyCollector {
  readonly #listener: BodyListener;
  readonly #codings: readonly ContentCoding[];
  readonly #decoded: BoundedBuffer;
  readonly #encoded: BoundedBuffer;
  #decoding: BodyDecoding | null = null;
  /** Whether there are more encoded bytes than were received. */
  #cutOff = false;
  #stopped = false;

  constructor(limitBytes: number, codings: readonly ContentCoding[], listener: BodyListener) {
    this.#listener = listener;
    this.#codings = codings;
    this.#decoded = new BoundedBuffer(limitBytes);
    this.#encoded = new BoundedBuffer(limitBytes + ENCODED_ALLOWANCE_BYTES);
  }

  /** Takes a copy of the bytes. */
  add(bytes: Buffer): void {
    if (this.#stopped || this.#decoding !== null) return;
    const received = this.#codings.length === 0 ? this.#decoded : this.#encoded;
    received.add(bytes);
    if (received.overflowed) this.end();
  }

  /** The last byte that is wanted has come. */
  end(): void {
    if (this.#stopped || this.#decoding !== null) return;
    // A body that is encoded and has no byte at all is an empty one.
    if (this.#encoded.sizeBytes === 0) this.#complete();
    else this.#decode();
  }

  /** Calls the listener no more. */
  stop(): void {
    this.#stopped = true;
    if (this.#decoding === null) this.#encoded.release();
    else this.#decoding.stop();
  }

  /** What was read; valid until `release`. */
  collected(): CollectedBody {
    return { body: this.#decoded.bytes(), bodyTruncated: this.#decoded.overflowed || this.#cutOff };
  }

  release(): void {
    this.stop();
    this.#decoded.release();
  }

  #complete(): void {
    this.stop();
    this.#listener.onComplete();
  }

  #decode(): void {
    this.#cutOff = this.#encoded.overflowed;
    this.#decoding = new BodyDecoding(this.#encoded, this.#codings, this.#decoded, {
      onDecoded: () => this.#complete(),
      onIrregularity: (what) => {
        if (!this.#cutOff && !this.#stopped) this.#listener.onIrregularity(what);
      },
      onFailure: (error) => {
        // The decoder objects to the cut, then, and not to the body.
        if (this.#cutOff) this.#complete();
        else this.#fail(error);
      },
    });
  }

  #fail(error: Error): void {
    this.stop();
    const message = `the body is not what its Content-Encoding says: ${messageOf(error)}`;
    this.#listener.onFailure(new ProbeError("body_decoding", message));
  }
}

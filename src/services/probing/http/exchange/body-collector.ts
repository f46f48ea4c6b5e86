/**
 * A response's body on its way in, kept up to a limit that counts decoded bytes; it says when it has enough. So
 * neither a large body nor a small one that unpacks to gigabytes takes more than the limit.
 */

import { messageOf, ProbeError } from "../../probe-error.ts";
import { BodyDecoding } from "./body-decoding.ts";
import { BoundedBuffer } from "./bounded-buffer.ts";
import type { ContentCoding } from "./content-decoding.ts";

export interface BodyListener {
  /** The body is complete, or as much of it as is wanted is there. Said once, and nothing after it. */
  onComplete(): void;
  onFailure(error: ProbeError): void;
}

export interface CollectedBody {
  readonly body: Uint8Array;
  readonly bodyTruncated: boolean;
}

/** Encoded bytes may be so many more than decoded ones are wanted, as what hardly compresses grows a little. */
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

  /** Nothing more is wanted: the listener hears no more. */
  stop(): void {
    this.#stopped = true;
    if (this.#decoding === null) this.#encoded.release();
    else this.#decoding.stop();
  }

  /** As far as it was read; good until `release`. */
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
      onFailure: (error) => {
        // Where it was cut off, that is what the decoder complains of.
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

/**
 * A response's body on its way in: decoded and kept up to a limit. It asks for no more than it can hold, and says
 * when it has enough, so neither a large body nor a small one that unpacks to gigabytes takes more than the limit.
 */
import type { Transform } from "node:stream";
import { BoundedBuffer } from "./bounded-buffer.ts";
import { type ContentCoding, createDecoder } from "./content-decoding.ts";
import { messageOf, ProbeError } from "./probe-error.ts";

export interface BodyListener {
  /** The body is complete, or as much of it as is wanted is there. Said once. */
  onComplete(): void;
  /** Said once, and nothing after it. */
  onFailure(error: ProbeError): void;
  /** Room again after `add` returned false. */
  onRoom(): void;
}

export interface CollectedBody {
  readonly body: Uint8Array;
  readonly bodyTruncated: boolean;
}

/** A body that unpacks to nothing, for ever, is cut off when so much more than the limit was received. */
const ENCODED_ALLOWANCE_BYTES = 65_536;

export class BodyCollector {
  readonly #listener: BodyListener;
  readonly #codings: readonly ContentCoding[];
  readonly #collected: BoundedBuffer;
  readonly #encodedLimitBytes: number;
  #encodedBytes = 0;
  #decoders: readonly Transform[] = [];
  #closed = false;
  #cutOff = false;

  constructor(limitBytes: number, codings: readonly ContentCoding[], listener: BodyListener) {
    this.#listener = listener;
    this.#codings = codings;
    this.#collected = new BoundedBuffer(limitBytes);
    this.#encodedLimitBytes = limitBytes + ENCODED_ALLOWANCE_BYTES;
  }

  /** Takes bytes as they come. False asks for a pause until `onRoom`. */
  add(chunk: Buffer): boolean {
    if (this.#closed) return true;
    if (this.#codings.length === 0) {
      this.#keep(chunk);
      return true;
    }
    this.#encodedBytes += chunk.byteLength;
    if (this.#encodedBytes > this.#encodedLimitBytes) {
      this.#cutOff = true;
      this.#complete();
      return true;
    }
    const first = this.#decoders[0] ?? this.#startDecoders(chunk[0] ?? 0);
    if (first.write(chunk)) return true;
    first.once("drain", () => this.#listener.onRoom());
    return false;
  }

  /** The last byte has come. */
  end(): void {
    if (this.#closed) return;
    const first = this.#decoders[0];
    if (first === undefined) this.#complete();
    else first.end();
  }

  /** Nothing more is wanted: the decoders' memory is given back and the listener hears no more. */
  close(): void {
    this.#closed = true;
    for (const decoder of this.#decoders) decoder.destroy();
    this.#decoders = [];
  }

  /** As far as it was read. */
  collected(): CollectedBody {
    return { body: this.#collected.bytes(), bodyTruncated: this.#collected.overflowed || this.#cutOff };
  }

  #keep(chunk: Uint8Array): void {
    this.#collected.add(chunk);
    if (this.#collected.overflowed) this.#complete();
  }

  #complete(): void {
    this.close();
    this.#listener.onComplete();
  }

  #startDecoders(firstByte: number): Transform {
    const [outermost = "gzip", ...inner] = this.#codings;
    const first = createDecoder(outermost, firstByte);
    const decoders = [first];
    // What an inner deflate begins with is not known yet; zlib's header is what the standard demands.
    for (const coding of inner) decoders.push(createDecoder(coding, 0x78));
    for (const decoder of decoders) decoder.on("error", (error) => this.#fail(error));
    const last = decoders.reduce((outer, decoder) => outer.pipe(decoder));
    last.on("data", (chunk: Buffer) => {
      if (!this.#closed) this.#keep(chunk);
    });
    last.on("end", () => {
      if (!this.#closed) this.#complete();
    });
    this.#decoders = decoders;
    return first;
  }

  #fail(error: unknown): void {
    if (this.#closed) return;
    this.close();
    const message = `the body is not what its Content-Encoding says: ${messageOf(error)}`;
    this.#listener.onFailure(new ProbeError("body_decoding", message));
  }
}

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
  #stopped = false;
  #cutOff = false;

  constructor(limitBytes: number, codings: readonly ContentCoding[], listener: BodyListener) {
    this.#listener = listener;
    this.#codings = codings;
    this.#collected = new BoundedBuffer(limitBytes);
    this.#encodedLimitBytes = limitBytes + ENCODED_ALLOWANCE_BYTES;
  }

  /** Takes a copy of the bytes. False asks for a pause until `onRoom`. */
  add(bytes: Buffer): boolean {
    if (this.#stopped) return true;
    if (this.#codings.length === 0) {
      this.#keep(bytes);
      return true;
    }
    this.#encodedBytes += bytes.byteLength;
    if (this.#encodedBytes > this.#encodedLimitBytes) {
      this.#cutOff = true;
      this.#complete();
      return true;
    }
    const first = this.#decoders[0] ?? this.#startDecoders(bytes[0] ?? 0);
    if (first.write(Buffer.from(bytes))) return true;
    first.once("drain", () => {
      if (!this.#stopped) this.#listener.onRoom();
    });
    return false;
  }

  /** The last byte has come. */
  end(): void {
    if (this.#stopped) return;
    const first = this.#decoders[0];
    if (first === undefined) this.#complete();
    else first.end();
  }

  /** Nothing more is wanted: the decoders' memory is given back and the listener hears no more. */
  stop(): void {
    this.#stopped = true;
    for (const decoder of this.#decoders) decoder.destroy();
    this.#decoders = [];
  }

  /** As far as it was read; good until `release`. */
  collected(): CollectedBody {
    return { body: this.#collected.bytes(), bodyTruncated: this.#collected.overflowed || this.#cutOff };
  }

  release(): void {
    this.stop();
    this.#collected.release();
  }

  #keep(bytes: Uint8Array): void {
    this.#collected.add(bytes);
    if (this.#collected.overflowed) this.#complete();
  }

  #complete(): void {
    this.stop();
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
    last.on("data", (bytes: Buffer) => {
      if (!this.#stopped) this.#keep(bytes);
    });
    last.on("end", () => {
      if (!this.#stopped) this.#complete();
    });
    this.#decoders = decoders;
    return first;
  }

  #fail(error: unknown): void {
    if (this.#stopped) return;
    this.stop();
    const message = `the body is not what its Content-Encoding says: ${messageOf(error)}`;
    this.#listener.onFailure(new ProbeError("body_decoding", message));
  }
}

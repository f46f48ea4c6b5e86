/**
 * Undoes the content codings of bodies that have arrived. A few at a time: a decoder may need sixteen megabytes for
 * its window, whatever the size of what it decodes, so there must not be one for each check in flight.
 */
import type { Transform } from "node:stream";
import { WaitingLine } from "../../../../core/running/waiting-line.ts";
import type { BoundedBuffer } from "./bounded-buffer.ts";
import { type ContentCoding, createDecoder } from "./content-decoding.ts";

/** As many as libuv's pool has threads for slow work. */
const DECODINGS_AT_ONCE = 2;

const waiting = new WaitingLine<BodyDecoding>();
let running = 0;

export interface DecodingListener {
  /** All is decoded, or as much as may be. Said once, and nothing after it. */
  onDecoded(): void;
  onFailure(error: Error): void;
}

type State = "waiting" | "running" | "over";

export class BodyDecoding {
  readonly #encoded: BoundedBuffer;
  readonly #codings: readonly ContentCoding[];
  readonly #decoded: BoundedBuffer;
  readonly #listener: DecodingListener;
  #decoders: readonly Transform[] = [];
  #state: State = "waiting";

  /** Decodes into `decoded`, and no further than that can hold. Gives the memory of `encoded` back. */
  constructor(
    encoded: BoundedBuffer,
    codings: readonly ContentCoding[],
    decoded: BoundedBuffer,
    listener: DecodingListener,
  ) {
    this.#encoded = encoded;
    this.#codings = codings;
    this.#decoded = decoded;
    this.#listener = listener;
    waiting.join(this);
    startWaiting();
  }

  /** The listener hears no more; memory is given back. */
  stop(): void {
    if (this.#state === "over") return;
    const wasRunning = this.#state === "running";
    this.#state = "over";
    for (const decoder of this.#decoders) decoder.destroy();
    this.#decoders = [];
    // Not before its decoder is gone: that may be reading it in another thread.
    if (!wasRunning) this.#encoded.release();
  }

  /** False when it is no longer wanted. */
  begin(): boolean {
    if (this.#state !== "waiting") return false;
    this.#state = "running";
    const bytes = this.#encoded.bytes();
    this.#decoders = this.#codings.map((coding) => createDecoder(coding, bytes));
    const [first] = this.#decoders;
    const last = this.#decoders.reduce((outer, decoder) => outer.pipe(decoder));
    for (const decoder of this.#decoders)
      decoder.on("error", (error) => this.#end(() => this.#listener.onFailure(error)));
    last.on("data", (part: Buffer) => {
      if (this.#state !== "running") return;
      this.#decoded.add(part);
      if (this.#decoded.overflowed) this.#end(() => this.#listener.onDecoded());
    });
    last.on("end", () => this.#end(() => this.#listener.onDecoded()));
    first?.once("close", () => {
      this.#encoded.release();
      running -= 1;
      startWaiting();
    });
    first?.end(bytes);
    return true;
  }

  #end(tell: () => void): void {
    if (this.#state !== "running") return;
    this.stop();
    tell();
  }
}

function startWaiting(): void {
  while (running < DECODINGS_AT_ONCE) {
    const next = waiting.next();
    if (next === undefined) return;
    if (next.begin()) running += 1;
  }
}

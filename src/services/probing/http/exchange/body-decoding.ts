/**
 * Undoes the content codings of bodies that have arrived, a few bodies at a time: a decoder may need 16 MB for its
 * window, whatever the size of the body, so there must not be one for each check in flight.
 *
 * It accepts what other clients accept and reports it as irregular: a coding that the body's end cuts off, and bytes
 * behind the end of gzip.
 */
import type { Transform } from "node:stream";
import { WaitingLine } from "../../../../core/running/waiting-line.ts";
import type { BoundedBuffer } from "./bounded-buffer.ts";
import {
  type ContentCoding,
  createDecoders,
  createFirstMemberDecoders,
  isBadMember,
  isUnendedCoding,
} from "./content-decoding.ts";

/** As many as libuv's pool has threads for slow work. */
const MAX_CONCURRENT_DECODINGS = 2;

const waiting = new WaitingLine<BodyDecoding>();
let running = 0;

export interface DecodingListener {
  /** Called once, last, when all is decoded or as much as `decoded` can hold. */
  onDecoded(): void;
  onIrregularity(what: string): void;
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

  /** Calls the listener no more, and gives memory back. */
  stop(): void {
    if (this.#state === "over") return;
    const wasRunning = this.#state === "running";
    this.#state = "over";
    for (const decoder of this.#decoders) decoder.destroy();
    // A running decoder gives it back when it has closed.
    if (!wasRunning) this.#encoded.release();
  }

  /** False when it is no longer wanted. */
  begin(): boolean {
    if (this.#state !== "waiting") return false;
    this.#state = "running";
    this.#run(this.#codings.flatMap(createDecoders), (error) => {
      if (this.#codings[0] !== "gzip" || !isBadMember(error)) return false;
      this.#decodeFirstMember();
      return true;
    });
    return true;
  }

  #decodeFirstMember(): void {
    this.#decoded.release();
    this.#listener.onIrregularity("bytes follow the end of the gzip body");
    this.#run(
      [...createFirstMemberDecoders(), ...this.#codings.slice(1).flatMap(createDecoders)],
      () => false,
    );
  }

  /** `retry` may begin anew after an error; it returns whether it did. */
  #run(decoders: readonly Transform[], retry: (error: Error) => boolean): void {
    const replaced = this.#decoders;
    this.#decoders = decoders;
    for (const decoder of replaced) decoder.destroy();
    const isCurrent = (): boolean => this.#state === "running" && this.#decoders === decoders;
    const finish = (): void => this.#end(() => this.#listener.onDecoded());
    for (const [index, decoder] of decoders.entries()) {
      const next = decoders[index + 1];
      if (next !== undefined) decoder.pipe(next);
      decoder.on("error", (error) => {
        if (!isCurrent()) return;
        if (isUnendedCoding(error)) {
          this.#listener.onIrregularity("the body ends before its content coding does");
          if (next === undefined) finish();
          else next.end();
        } else if (!retry(error)) {
          this.#end(() => this.#listener.onFailure(error));
        }
      });
    }
    const last = decoders.at(-1);
    last?.on("data", (part: Buffer) => {
      if (!isCurrent()) return;
      this.#decoded.add(part);
      if (this.#decoded.overflowed) finish();
    });
    last?.on("end", () => {
      if (isCurrent()) finish();
    });
    // Any of them may be reading the encoded bytes, in another thread, until it is closed.
    let open = decoders.length;
    for (const decoder of decoders) {
      decoder.once("close", () => {
        open -= 1;
        if (open === 0 && this.#decoders === decoders) this.#close();
      });
    }
    const [first] = decoders;
    first?.write(this.#encoded.bytes());
    first?.end();
  }

  #close(): void {
    this.#encoded.release();
    running -= 1;
    startWaiting();
  }

  #end(tell: () => void): void {
    if (this.#state !== "running") return;
    this.stop();
    tell();
  }
}

function startWaiting(): void {
  while (running < MAX_CONCURRENT_DECODINGS) {
    const next = waiting.next();
    if (next === undefined) return;
    if (next.begin()) running += 1;
  }
}

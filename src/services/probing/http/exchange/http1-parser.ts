/**
 * Reads an HTTP/1.1 response (RFC 9112) as it arrives. Own code, since an HTTP client with its parser doubles the
 * time and memory of a check (docs/performance.md); a test compares it with Node's parser.
 *
 * States: head → (head again after an interim response) → fixed | chunkSize ⇄ chunkData, chunkEnd → trailers |
 * untilClose → done. Lines may end in LF alone. Every line is bounded, and so is what is kept between two calls.
 */
import type { ResponseHeaders } from "../../../../core/checking/ports.ts";
import { ProbeError } from "../../probe-error.ts";
import { BoundedBuffer } from "./bounded-buffer.ts";
import { parseChunkSize, readPlainChunkSize } from "./http1-chunk-size.ts";
import { bodyFraming, parseHead } from "./http1-head.ts";
import { endOfHead, refuseOtherProtocols } from "./http1-head-end.ts";
import {
  headersTooLarge,
  MAX_CHUNK_LINE_BYTES,
  MAX_HEADER_BYTES,
  MAX_INTERIM_RESPONSES,
} from "./http1-limits.ts";
import { gatherSmallChunks } from "./http1-small-chunks.ts";

export interface ResponseListener {
  onHead(statusCode: number, headers: ResponseHeaders): void;
  /** Something is not as RFC 9112 has it and is accepted, since it can be read in one way only. */
  onIrregularity(what: string): void;
  /** A part of the body, without its framing; valid during the call only. */
  onBody(bytes: Buffer): void;
  onComplete(): void;
}

const LF = 0x0a;
const CR = 0x0d;
type State = "head" | "fixed" | "chunkSize" | "chunkData" | "chunkEnd" | "trailers" | "untilClose" | "done";

export class Http1Parser {
  readonly #method: string;
  readonly #listener: ResponseListener;
  #state: State = "head";
  /** Bytes of an unfinished head or line. */
  readonly #unfinished = new BoundedBuffer(MAX_HEADER_BYTES);
  #searchedBytes = 0;
  #headerBytes = 0;
  #interimResponses = 0;
  /** Of the body, or of the chunk. */
  #bytesLeft = 0;

  constructor(method: string, listener: ResponseListener) {
    this.#method = method;
    this.#listener = listener;
  }

  /** Where the response has got to, in words that end a sentence. */
  get progress(): string {
    if (this.#state !== "head") return "before the body was complete";
    return this.#unfinished.sizeBytes === 0 ? "before it sent a response" : "in the middle of the headers";
  }

  /** Throws `ProbeError` (protocol_error, headers_too_large). After `stop` the rest is passed over. */
  push(bytes: Buffer): void {
    let at = 0;
    while (at < bytes.byteLength && this.#state !== "done") at = this.#take(bytes, at);
  }

  /** The connection has ended. Throws `ProbeError` (connection_closed) where the response is not complete. */
  end(): void {
    if (this.#state === "done") return;
    if (this.#state !== "untilClose") {
      throw new ProbeError("connection_closed", `the server closed the connection ${this.progress}`);
    }
    this.#complete();
  }

  /** Nothing more is wanted; gives memory back. */
  stop(): void {
    this.#state = "done";
    this.#unfinished.release();
  }

  /** Takes what belongs to the state from `at` on; returns where the next begins. */
  #take(bytes: Buffer, at: number): number {
    switch (this.#state) {
      case "head":
        return this.#takeHead(bytes, at);
      case "fixed":
      case "chunkData":
        return this.#takeCounted(bytes, at);
      case "untilClose":
        this.#listener.onBody(at === 0 ? bytes : bytes.subarray(at));
        return bytes.byteLength;
      case "chunkSize":
      case "chunkEnd":
      case "trailers":
        return this.#takeLine(bytes, at);
      case "done":
        return bytes.byteLength;
    }
  }

  #takeHead(bytes: Buffer, at: number): number {
    const partial = this.#unfinished.sizeBytes > 0;
    if (!partial) {
      const end = endOfHead(bytes, at);
      refuseOtherProtocols(bytes, at);
      if (end >= 0) {
        this.#countHeader(end - at);
        this.#finishHead(bytes.toString("latin1", at, end));
        return end;
      }
    }
    this.#keep(bytes, at);
    const kept = this.#unfinished.bytes();
    refuseOtherProtocols(kept, 0);
    // The end may have begun in what was searched before.
    const end = endOfHead(kept, Math.max(0, this.#searchedBytes - 2));
    this.#searchedBytes = kept.byteLength;
    if (end < 0) return bytes.byteLength;
    const next = bytes.byteLength - (kept.byteLength - end);
    this.#countHeader(end);
    const text = kept.toString("latin1", 0, end);
    this.#forget();
    this.#finishHead(text);
    return next;
  }

  #finishHead(text: string): void {
    const note = (what: string): void => this.#listener.onIrregularity(what);
    const { statusCode, headers } = parseHead(text, note);
    if (statusCode < 200) {
      this.#interimResponses += 1;
      if (statusCode === 101) throw new ProbeError("protocol_error", "the server switches protocols unasked");
      if (this.#interimResponses > MAX_INTERIM_RESPONSES) {
        throw new ProbeError("protocol_error", "the server sends interim responses without end");
      }
      return;
    }
    const framing = bodyFraming(this.#method, statusCode, headers, note);
    this.#state = framing.kind === "chunked" ? "chunkSize" : framing.kind;
    if (framing.kind === "fixed") this.#bytesLeft = framing.sizeBytes;
    this.#listener.onHead(statusCode, headers);
    if (this.#state === "fixed" && this.#bytesLeft === 0) this.#complete();
  }

  #takeCounted(bytes: Buffer, at: number): number {
    const end = Math.min(bytes.byteLength, at + this.#bytesLeft);
    this.#bytesLeft -= end - at;
    const last = this.#bytesLeft === 0;
    const whole = this.#state === "fixed";
    if (last && !whole) this.#state = "chunkEnd";
    this.#listener.onBody(bytes.subarray(at, end));
    if (last && whole) this.#complete();
    return end;
  }

  #takeLine(bytes: Buffer, at: number): number {
    if (this.#unfinished.sizeBytes === 0) {
      const next = this.#takePlainFraming(bytes, at);
      if (next !== null) return next;
    }
    const end = bytes.indexOf(LF, at);
    if (end < 0) {
      this.#keep(bytes, at);
      this.#limitLine(this.#unfinished.sizeBytes);
      return bytes.byteLength;
    }
    let line: string;
    if (this.#unfinished.sizeBytes === 0) {
      line = bytes.toString("latin1", at, end);
    } else {
      this.#unfinished.add(bytes.subarray(at, end));
      line = this.#unfinished.bytes().toString("latin1");
      this.#forget();
    }
    this.#limitLine(line.length);
    this.#finishLine(line.endsWith("\r") ? line.slice(0, -1) : line);
    return end + 1;
  }

  /** Takes chunk framing as most servers write it, and small chunks with their data; null where there is none. */
  #takePlainFraming(bytes: Buffer, at: number): number | null {
    if (this.#state === "chunkEnd") {
      if (bytes[at] !== CR || bytes[at + 1] !== LF) return null;
      this.#state = "chunkSize";
      return at + 2;
    }
    if (this.#state !== "chunkSize") return null;
    const small = gatherSmallChunks(bytes, at);
    if (small !== null) {
      this.#listener.onBody(small.body);
      return small.end;
    }
    const plain = readPlainChunkSize(bytes, at);
    if (plain !== null) this.#beginChunk(plain.sizeBytes);
    return plain?.end ?? null;
  }

  #beginChunk(sizeBytes: number): void {
    this.#bytesLeft = sizeBytes;
    this.#state = sizeBytes === 0 ? "trailers" : "chunkData";
  }

  #finishLine(line: string): void {
    switch (this.#state) {
      case "chunkEnd":
        if (line !== "") throw new ProbeError("protocol_error", "a chunk is longer than its size says");
        this.#state = "chunkSize";
        break;
      case "chunkSize":
        this.#beginChunk(parseChunkSize(line, (what) => this.#listener.onIrregularity(what)));
        break;
      default:
        if (line === "") this.#complete();
        else this.#countHeader(line.length + 2);
    }
  }

  #limitLine(lineBytes: number): void {
    if (this.#state === "trailers") {
      if (this.#headerBytes + lineBytes > MAX_HEADER_BYTES) throw headersTooLarge();
    } else if (lineBytes > MAX_CHUNK_LINE_BYTES) {
      throw new ProbeError("protocol_error", "a chunk's size is a line without end");
    }
  }

  #keep(bytes: Buffer, at: number): void {
    this.#unfinished.add(bytes.subarray(at));
    if (this.#unfinished.overflowed) throw headersTooLarge();
  }

  #forget(): void {
    this.#unfinished.release();
    this.#searchedBytes = 0;
  }

  #countHeader(sizeBytes: number): void {
    this.#headerBytes += sizeBytes;
    if (this.#headerBytes > MAX_HEADER_BYTES) throw headersTooLarge();
  }

  #complete(): void {
    if (this.#state === "done") return;
    this.stop();
    this.#listener.onComplete();
  }
}

/** Content codings (RFC 9110, section 8.4.1) and the streams that undo them. */
import { Transform, type TransformCallback } from "node:stream";
import {
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflateRaw,
  createZstdDecompress,
} from "node:zlib";
import { ProbeError } from "../../probe-error.ts";

export type ContentCoding = "gzip" | "deflate" | "br" | "zstd";

export const ACCEPTED_CODINGS = "gzip, deflate, br, zstd";

/** More layers than this are an attack, not a page. */
const MAX_LAYERS = 3;

/** RFC 9659: a zstd window of more than 8 MiB need not be decoded. */
const ZSTD_WINDOW_LOG = 23;

const NONE: readonly ContentCoding[] = [];

const ALIASES: Readonly<Record<string, ContentCoding | "identity" | "unsupported">> = {
  gzip: "gzip",
  "x-gzip": "gzip",
  deflate: "deflate",
  br: "br",
  zstd: "zstd",
  compress: "unsupported",
  "x-compress": "unsupported",
  aes128gcm: "unsupported",
  dcb: "unsupported",
  dcz: "unsupported",
  exi: "unsupported",
  "pack200-gzip": "unsupported",
};

/**
 * The codings of a body in the order to undo them. `fieldValues` are those of Content-Encoding, then of
 * Transfer-Encoding without `chunked`. A name that is no registered coding, as the `none` or `utf-8` of misconfigured
 * servers, is passed over, as browsers do.
 * Throws `ProbeError` (body_decoding) for a coding that is real but not supported.
 */
export function contentCodings(fieldValues: readonly string[]): readonly ContentCoding[] {
  if (fieldValues.length === 0) return NONE;
  const codings: ContentCoding[] = [];
  for (const token of fieldValues.join(",").split(",")) {
    const name = token.trim().toLowerCase();
    const coding = ALIASES[name] ?? "identity";
    if (coding === "identity") continue;
    if (coding === "unsupported") {
      throw new ProbeError("body_decoding", `the body is encoded as ${name}, which is not supported`);
    }
    codings.unshift(coding);
  }
  if (codings.length > MAX_LAYERS) {
    throw new ProbeError("body_decoding", `the body is encoded ${codings.length} times over`);
  }
  return codings;
}

/** The streams that undo one coding, the first to be written to. */
export function createDecoders(coding: ContentCoding): readonly Transform[] {
  switch (coding) {
    case "gzip":
      return [createGunzip()];
    case "br":
      return [createBrotliDecompress()];
    case "zstd":
      return [createZstdDecompress({ params: { [constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG } })];
    case "deflate":
      // Some servers leave zlib's header out.
      return [new HeaderRemoval(zlibHeaderBytes), createInflateRaw()];
  }
}

/** Undoes gzip up to the end of its first member and drops what follows, for bodies with other bytes behind it. */
export function createFirstMemberDecoders(): readonly Transform[] {
  return [new HeaderRemoval(gzipHeaderBytes), createInflateRaw()];
}

/** Whether gunzip failed on what follows a complete member, or on a body that is no gzip at all. */
export function isBadMember(error: Error): boolean {
  return "code" in error && error.code === "Z_DATA_ERROR" && /header|method/.test(error.message);
}

/** Whether a body ended before its coding did. */
export function isUnendedCoding(error: Error): boolean {
  return "code" in error && error.code === "Z_BUF_ERROR";
}

/** Drops the header the first bytes hold; `sizeOf` throws where there is none it could be. */
class HeaderRemoval extends Transform {
  readonly #sizeOf: (begin: Buffer) => number;
  #removed = false;

  constructor(sizeOf: (begin: Buffer) => number) {
    super();
    this.#sizeOf = sizeOf;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, callback: TransformCallback): void {
    try {
      const sizeBytes = this.#removed ? 0 : this.#sizeOf(chunk);
      this.#removed = true;
      callback(null, chunk.subarray(sizeBytes));
    } catch (error) {
      callback(error instanceof Error ? error : new Error(String(error)));
    }
  }
}

/** RFC 1950, section 2.2: the method is 8, and both bytes are a multiple of 31. */
function zlibHeaderBytes(begin: Buffer): number {
  const [method = 0, flags = 0] = begin;
  return (method & 0x0f) === 8 && ((method << 8) | flags) % 31 === 0 ? 2 : 0;
}

/** RFC 1952, section 2.3. */
function gzipHeaderBytes(begin: Buffer): number {
  const [id1, id2, method, flags = 0] = begin;
  if (id1 !== 0x1f || id2 !== 0x8b || method !== 8) throw new Error("incorrect header check");
  let at = 10;
  if ((flags & 4) !== 0) at += 2 + begin.readUInt16LE(at);
  // File name and comment, each ended by a zero byte.
  for (const flag of [8, 16]) if ((flags & flag) !== 0) at = begin.indexOf(0, at) + 1;
  return (flags & 2) === 0 ? at : at + 2;
}

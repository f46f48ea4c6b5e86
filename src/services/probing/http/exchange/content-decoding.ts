/** Content codings (RFC 9110, section 8.4.1) and the streams that undo them. */
import type { Transform } from "node:stream";
import {
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  createZstdDecompress,
} from "node:zlib";
import { ProbeError } from "../../probe-error.ts";

export type ContentCoding = "gzip" | "deflate" | "br" | "zstd";

export const ACCEPTED_CODINGS = "gzip, deflate, br, zstd";

/** More layers than this are an attack, not a page. */
const LAYERS_AT_MOST = 3;

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
 * The codings of a body in the order they are to be undone. What is no registered coding, as the `none` or `utf-8`
 * of misconfigured servers, says nothing and is passed over, as browsers do.
 * Throws `ProbeError` (body_decoding) for a coding that is real but not supported.
 */
export function contentCodings(fieldValues: readonly string[] | undefined): readonly ContentCoding[] {
  if (fieldValues === undefined) return NONE;
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
  if (codings.length > LAYERS_AT_MOST) {
    throw new ProbeError("body_decoding", `the body is encoded ${codings.length} times over`);
  }
  return codings;
}

/** `begin` is how the body begins: it tells deflate with zlib's header, as it should be, from raw deflate. */
export function createDecoder(coding: ContentCoding, begin: Uint8Array): Transform {
  switch (coding) {
    case "gzip":
      return createGunzip();
    case "br":
      return createBrotliDecompress();
    case "zstd":
      return createZstdDecompress({ params: { [constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG } });
    case "deflate":
      return ((begin[0] ?? 0) & 0x0f) === 0x08 ? createInflate() : createInflateRaw();
  }
}

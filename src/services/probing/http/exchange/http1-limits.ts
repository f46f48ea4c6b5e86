/** How much framing a server may send. */
import { ProbeError } from "../../probe-error.ts";

/** Status line and headers, interim responses and trailers included, may take so much. */
export const MAX_HEADER_BYTES = 131_072;
export const MAX_CHUNK_LINE_BYTES = 4096;
/** Interim responses (RFC 9110, section 15.2) before it is taken for abuse. */
export const MAX_INTERIM_RESPONSES = 20;

export function headersTooLarge(): ProbeError {
  return new ProbeError("headers_too_large", `the headers are larger than ${MAX_HEADER_BYTES} bytes`);
}

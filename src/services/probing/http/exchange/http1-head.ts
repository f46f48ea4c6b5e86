/** The head of an HTTP/1.1 response taken apart, and what it says of the body (RFC 9112, sections 4 to 6). */
import type { ResponseHeaders } from "../../../../core/checking/ports.ts";
import { ProbeError } from "../../probe-error.ts";

export interface ResponseHead {
  readonly statusCode: number;
  readonly headers: ResponseHeaders;
}

const STATUS_LINE = /^HTTP\/1\.[01] ([1-9]\d\d)(?: |$)/;
const DIGITS = /^\d{1,15}$/;
const FIELD_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused.
const FORBIDDEN_IN_VALUE = /[\u0000-\u0008\u000a-\u001f\u007f]/;

/** `text` is the head in Latin-1, the empty line included. Throws `ProbeError` (protocol_error). */
export function parseHead(text: string): ResponseHead {
  const statusLineEnd = text.indexOf("\n");
  const statusLine = withoutCr(text.slice(0, statusLineEnd));
  const statusCode = STATUS_LINE.exec(statusLine)?.[1];
  if (statusCode === undefined) throw malformed("status line", statusLine);
  const headers = new Map<string, string[]>();
  let lastValues: string[] | null = null;
  let at = statusLineEnd + 1;
  while (at < text.length) {
    const end = text.indexOf("\n", at);
    const line = withoutCr(text.slice(at, end));
    at = end + 1;
    if (line === "") break;
    lastValues = takeField(line, headers, lastValues);
  }
  return { statusCode: Number(statusCode), headers };
}

/** Returns the values of the field the line belongs to. */
function takeField(line: string, headers: Map<string, string[]>, lastValues: string[] | null): string[] {
  if (line.startsWith(" ") || line.startsWith("\t")) {
    // Obsolete line folding: to be read as one space (RFC 9112, section 5.2).
    const folded = lastValues?.pop();
    if (lastValues === null || folded === undefined) throw malformed("header line", line);
    lastValues.push(`${folded} ${fieldValue(line)}`.trim());
    return lastValues;
  }
  const colon = line.indexOf(":");
  const name = line.slice(0, Math.max(0, colon));
  if (!FIELD_NAME.test(name)) throw malformed("header line", line);
  const key = name.toLowerCase();
  const value = fieldValue(line.slice(colon + 1));
  const values = headers.get(key);
  if (values === undefined) {
    const first = [value];
    headers.set(key, first);
    return first;
  }
  values.push(value);
  return values;
}

function fieldValue(raw: string): string {
  if (FORBIDDEN_IN_VALUE.test(raw)) throw malformed("header value", raw);
  return raw.trim();
}

function withoutCr(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}

function malformed(what: string, text: string): ProbeError {
  return new ProbeError("protocol_error", `malformed ${what}: ${JSON.stringify(text.slice(0, 100))}`);
}

export type BodyFraming =
  | { readonly kind: "fixed"; readonly sizeBytes: number }
  | { readonly kind: "chunked" }
  | { readonly kind: "untilClose" };

/** RFC 9112, section 6.3. Throws `ProbeError` (protocol_error). */
export function bodyFraming(method: string, statusCode: number, headers: ResponseHeaders): BodyFraming {
  if (method === "HEAD" || statusCode === 204 || statusCode === 304) return { kind: "fixed", sizeBytes: 0 };
  const transferEncoding = headers.get("transfer-encoding");
  if (transferEncoding !== undefined) {
    const codings = transferEncoding
      .join(",")
      .split(",")
      .map((coding) => coding.trim().toLowerCase());
    if (codings.length === 1 && codings[0] === "chunked") return { kind: "chunked" };
    if (codings.every((coding) => coding === "identity")) return { kind: "untilClose" };
    throw new ProbeError("protocol_error", `Transfer-Encoding ${codings.join(", ")} was not asked for`);
  }
  const contentLength = headers.get("content-length");
  if (contentLength === undefined) return { kind: "untilClose" };
  if (contentLength.length === 1 && DIGITS.test(contentLength[0] ?? "")) {
    return { kind: "fixed", sizeBytes: Number(contentLength[0]) };
  }
  const [first = "", ...others] = contentLength
    .join(",")
    .split(",")
    .map((length) => length.trim());
  if (!DIGITS.test(first) || others.some((other) => other !== first)) {
    throw new ProbeError("protocol_error", `Content-Length is ${JSON.stringify(contentLength.join(", "))}`);
  }
  return { kind: "fixed", sizeBytes: Number(first) };
}

/**
 * Parses the head of an HTTP/1.1 response, and derives the body's framing from it (RFC 9112, sections 4 to 6). What
 * other clients accept is accepted and noted; what two readers could frame in two ways is an error.
 */
import type { ResponseHeaders } from "../../../../core/checking/ports.ts";
import { ProbeError } from "../../probe-error.ts";
import { decodeFieldValue } from "./field-value.ts";

export interface ResponseHead {
  readonly statusCode: number;
  readonly headers: ResponseHeaders;
}

/** Called with what is not as it should be and is accepted, since it can be read in one way only. */
type Note = (irregularity: string) => void;

const STATUS_LINE = /^HTTP\/1\.[01] ([1-9]\d\d)(?: |$)/;
/** As some servers write it, and other clients accept. */
const LENIENT_STATUS_LINE = /^HTTP\/1\.[01] +([1-9]\d\d)(?!\d)/i;
const FIELD_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is noted.
const CONTROL_IN_VALUE = /[\u0001-\u0008\u000a-\u001f\u007f]/;

/** `text` is the head in Latin-1, the empty line included. Throws `ProbeError` (protocol_error). */
export function parseHead(text: string, note: Note): ResponseHead {
  const statusLineEnd = text.indexOf("\n");
  const statusLine = lineOf(text, 0, statusLineEnd);
  let statusCode = STATUS_LINE.exec(statusLine)?.[1];
  if (statusCode === undefined) {
    statusCode = LENIENT_STATUS_LINE.exec(statusLine)?.[1];
    if (statusCode === undefined) throw malformed("status line", statusLine);
    note(`unusual status line: ${quote(statusLine)}`);
  }
  const headers = new Map<string, string[]>();
  let lastValues: string[] | null = null;
  let at = statusLineEnd + 1;
  while (at < text.length) {
    const end = text.indexOf("\n", at);
    const line = lineOf(text, at, end);
    at = end + 1;
    if (line === "") break;
    lastValues = takeField(line, headers, lastValues, note);
  }
  return { statusCode: Number(statusCode), headers };
}

/** The line without its ending. A CR anywhere else ends no line (RFC 9112, section 2.2), but some readers think so. */
function lineOf(text: string, from: number, end: number): string {
  const line = text.slice(from, text[end - 1] === "\r" && end > from ? end - 1 : end);
  if (line.includes("\r")) throw malformed("line, with a carriage return inside", line);
  return line;
}

/** Returns the values of the field the line belongs to. */
function takeField(
  line: string,
  headers: Map<string, string[]>,
  lastValues: string[] | null,
  note: Note,
): string[] {
  if (line.startsWith(" ") || line.startsWith("\t")) {
    // Obsolete line folding: to be read as one space (RFC 9112, section 5.2).
    const folded = lastValues?.pop();
    if (lastValues === null || folded === undefined) throw malformed("header line", line);
    lastValues.push(`${folded} ${fieldValue(line, note)}`.trim());
    return lastValues;
  }
  const colon = line.indexOf(":");
  if (colon < 0) throw malformed("header line, without a colon", line);
  const name = line.slice(0, colon);
  if (!FIELD_NAME.test(name)) note(`unusual header name: ${quote(name)}`);
  const key = name.trimEnd().toLowerCase();
  const value = fieldValue(line.slice(colon + 1), note);
  const values = headers.get(key);
  if (values === undefined) {
    const first = [value];
    headers.set(key, first);
    return first;
  }
  values.push(value);
  return values;
}

function fieldValue(raw: string, note: Note): string {
  if (raw.includes("\u0000")) throw malformed("header value, with a zero byte", raw);
  if (CONTROL_IN_VALUE.test(raw)) note(`control character in a header value: ${quote(raw)}`);
  return decodeFieldValue(raw.trim());
}

function malformed(what: string, text: string): ProbeError {
  return new ProbeError("protocol_error", `malformed ${what}: ${quote(text)}`);
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 100));
}

export type BodyFraming =
  | { readonly kind: "fixed"; readonly sizeBytes: number }
  | { readonly kind: "chunked" }
  | { readonly kind: "untilClose" };

/** RFC 9112, section 6.3. Throws `ProbeError` (protocol_error) where two readers could disagree. */
export function bodyFraming(
  method: string,
  statusCode: number,
  headers: ResponseHeaders,
  note: Note,
): BodyFraming {
  if (method === "HEAD" || statusCode === 204 || statusCode === 304) return { kind: "fixed", sizeBytes: 0 };
  const contentLength = headers.get("content-length");
  const codings = transferCodings(headers, note);
  if (codings.length === 0) {
    return contentLength === undefined ? { kind: "untilClose" } : lengthFraming(contentLength, note);
  }
  if (contentLength !== undefined) {
    throw new ProbeError("protocol_error", "the answer has both Content-Length and Transfer-Encoding");
  }
  return codings.at(-1) === "chunked" ? { kind: "chunked" } : { kind: "untilClose" };
}

/** Before RFC 7230, `identity` meant no coding. */
function transferCodings(headers: ResponseHeaders, note: Note): readonly string[] {
  const values = headers.get("transfer-encoding");
  if (values === undefined) return [];
  const codings = values
    .join(",")
    .split(",")
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== "identity" && coding !== "");
  if (codings.filter((coding) => coding === "chunked").length > 1) {
    note(`Transfer-Encoding names chunked more than once: ${quote(values.join(", "))}`);
  }
  return codings;
}

const DIGITS = /^\d{1,15}$/;
/** Other clients read the number, whatever follows it. */
const LENIENT_LENGTH = /^\+?(\d+)(?:\s.*)?$/;

function lengthFraming(values: readonly string[], note: Note): BodyFraming {
  const [only = ""] = values;
  if (values.length === 1 && DIGITS.test(only)) return { kind: "fixed", sizeBytes: Number(only) };
  const lengths = values
    .join(",")
    .split(",")
    .map((length) => LENIENT_LENGTH.exec(length.trim())?.[1]?.replace(/^0+(?=\d)/, ""));
  const [first] = lengths;
  const shown = quote(values.join(", "));
  if (first === undefined || lengths.some((length) => length !== first)) {
    throw new ProbeError("protocol_error", `Content-Length is ${shown}`);
  }
  note(`unusual Content-Length: ${shown}`);
  return DIGITS.test(first) ? { kind: "fixed", sizeBytes: Number(first) } : { kind: "untilClose" };
}

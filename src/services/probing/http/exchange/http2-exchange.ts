/** An exchange in HTTP/2 (RFC 9113): one session with one stream, spoken by Node's own implementation. */
import type { ClientHttp2Session, ClientHttp2Stream, OutgoingHttpHeaders } from "node:http2";
import type { ResponseHeaders } from "../../../../core/checking/ports.ts";
import type { Attempt } from "../../attempt/attempt.ts";
import type { Connection } from "../../dialling/connection.ts";
import { messageOf, ProbeError, systemCode } from "../../probe-error.ts";
import { type ExchangeOutcome, type ExchangeRequest, ResponseReader } from "./exchange.ts";
import { decodeFieldValue } from "./field-value.ts";
import { connectionFailure } from "./http1-exchange.ts";
import { MAX_HEADER_BYTES } from "./http1-limits.ts";

/**
 * What a server may send ahead of our acknowledgement, on the stream and on the connection. Large, so that no body waits
 * for a round trip; what arrives is read at once and bounded by the body's limit, so it costs no memory of ours.
 */
const WINDOW_BYTES = 16_777_216;
const SETTINGS = {
  enablePush: false,
  initialWindowSize: WINDOW_BYTES,
  maxHeaderListSize: MAX_HEADER_BYTES,
} as const;
const MAX_HEADER_FIELDS = 256;
/** Bounds the header lists and other state that a server can make this process hold. */
const MAX_SESSION_MEGABYTES = 1;

/** Takes the connection over and closes it. Rejects only when aborted: what the server does is the outcome. */
export async function exchangeHttp2(
  connection: Connection,
  origin: string,
  request: ExchangeRequest,
  attempt: Attempt,
): Promise<ExchangeOutcome> {
  // Most monitors never meet it, and it weighs eight megabytes.
  const { connect } = await import("node:http2");
  const reader = new ResponseReader(request, attempt);
  // Before Node's own listeners, which make a reset stream of it.
  listenToSocket(connection, reader);
  const session = connect(origin, {
    createConnection: () => connection.socket,
    settings: SETTINGS,
    maxSessionMemory: MAX_SESSION_MEGABYTES,
    maxHeaderListPairs: MAX_HEADER_FIELDS,
  });
  // The settings are about streams; the connection's own window stays at 64 KiB without this.
  session.once("connect", () => session.setLocalWindowSize(WINDOW_BYTES));
  listenToSession(session, reader);
  try {
    const stream = session.request(headersOf(request, origin), { endStream: request.body === null });
    listenToStream(stream, reader);
    if (request.body !== null) stream.end(request.body);
    return await reader.outcome();
  } finally {
    session.destroy();
    connection.close();
  }
}

function listenToSocket({ socket }: Connection, reader: ResponseReader): void {
  socket.once("error", (error) => reader.fail(failureOf(error)));
  socket.once("close", () => reader.fail(closedEarly()));
}

function listenToSession(session: ClientHttp2Session, reader: ResponseReader): void {
  session.on("error", (error) => reader.fail(failureOf(error)));
  session.on("goaway", (errorCode) => {
    if (errorCode !== 0) {
      reader.fail(
        new ProbeError("protocol_error", `the server ended the session with HTTP/2 error ${errorCode}`),
      );
    }
  });
  session.on("close", () => reader.fail(closedEarly()));
}

function listenToStream(stream: ClientHttp2Stream, reader: ResponseReader): void {
  const endOfStream = watchEndOfStream(stream);
  stream.on("response", (fields, _flags, rawFields) => {
    const statusCode = fields[":status"];
    if (statusCode === undefined) reader.fail(new ProbeError("protocol_error", "the response has no status"));
    else reader.head(statusCode, responseHeaders(rawFields));
  });
  stream.on("data", (bytes: Buffer) => reader.body(bytes));
  stream.on("error", (error) => reader.fail(failureOf(error)));
  stream.on("end", () => {
    if (endOfStream.seen) reader.complete();
    else reader.fail(new ProbeError("protocol_error", "the server reset the stream before its end"));
  });
  stream.on("close", () => {
    if (stream.rstCode === 0) reader.fail(closedEarly());
    else {
      const { rstCode } = stream;
      reader.fail(
        new ProbeError("protocol_error", `the server reset the stream with HTTP/2 error ${rstCode}`),
      );
    }
  });
}

/**
 * Whether the server sent END_STREAM. Node ends the readable side for a reset with NO_ERROR too, and tells the two apart
 * nowhere; but it marks a reset stream closed first. A test fails when it no longer does: then a body cut off by such
 * a reset would count as complete again.
 */
function watchEndOfStream(stream: ClientHttp2Stream): { readonly seen: boolean } {
  const watched = { seen: false };
  const push = stream.push.bind(stream);
  stream.push = (chunk, encoding) => {
    if (chunk === null && !stream.closed) watched.seen = true;
    return push(chunk, encoding);
  };
  return watched;
}

function headersOf({ method, target, headers }: ExchangeRequest, origin: string): OutgoingHttpHeaders {
  const fields: OutgoingHttpHeaders = {
    ":method": method,
    ":path": target,
    ":scheme": "https",
    ":authority": new URL(origin).host,
  };
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index] ?? "";
    const value = headers[index + 1] ?? "";
    if (name === "host") fields[":authority"] = value;
    else fields[name] = value;
  }
  return fields;
}

/** Names and values by turns, as they came: Node's own object joins repeated fields. */
function responseHeaders(rawFields: readonly string[]): ResponseHeaders {
  const headers = new Map<string, string[]>();
  for (let index = 0; index + 1 < rawFields.length; index += 2) {
    const name = rawFields[index] ?? "";
    if (name.startsWith(":")) continue;
    const value = decodeFieldValue(rawFields[index + 1] ?? "");
    const values = headers.get(name);
    if (values === undefined) headers.set(name, [value]);
    else values.push(value);
  }
  return headers;
}

function failureOf(error: Error): ProbeError {
  const code = systemCode(error);
  // What Node resets a stream with when its headers are over the limits; a server may say it as well.
  if (error.message.includes("ENHANCE_YOUR_CALM")) {
    return new ProbeError(
      "headers_too_large",
      `the headers are more than ${MAX_HEADER_FIELDS} or larger than ${MAX_HEADER_BYTES} bytes (HTTP/2: ${error.message})`,
    );
  }
  return code.startsWith("ERR_HTTP2_")
    ? new ProbeError("protocol_error", `HTTP/2: ${messageOf(error)}`)
    : connectionFailure(error, "in the middle of an HTTP/2 exchange");
}

function closedEarly(): ProbeError {
  return new ProbeError(
    "connection_closed",
    "the server closed the connection before the response was complete",
  );
}

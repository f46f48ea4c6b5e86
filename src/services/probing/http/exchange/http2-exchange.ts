/** An exchange in HTTP/2 (RFC 9113): one session with one stream, spoken by Node's own implementation. */
import type { ClientHttp2Session, ClientHttp2Stream, OutgoingHttpHeaders } from "node:http2";
import type { ResponseHeaders } from "../../../../core/checking/ports.ts";
import type { Attempt } from "../../attempt/attempt.ts";
import type { Connection } from "../../dialling/connection.ts";
import { messageOf, ProbeError, systemCode } from "../../probe-error.ts";
import { type ExchangeOutcome, type ExchangeRequest, ResponseReader } from "./exchange.ts";
import { connectionFailure } from "./http1-exchange.ts";
import { MAX_HEADER_BYTES } from "./http1-parser.ts";

const SETTINGS = {
  enablePush: false,
  initialWindowSize: 262_144,
  maxHeaderListSize: MAX_HEADER_BYTES,
} as const;
const MAX_HEADER_FIELDS = 256;
/** Header lists and other state a server can make us hold. */
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
  const session = connect(origin, {
    createConnection: () => connection.socket,
    settings: SETTINGS,
    maxSessionMemory: MAX_SESSION_MEGABYTES,
    maxHeaderListPairs: MAX_HEADER_FIELDS,
  });
  const reader = new ResponseReader(request, attempt);
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
  stream.on("response", (fields) => {
    const statusCode = fields[":status"];
    if (statusCode === undefined) reader.fail(new ProbeError("protocol_error", "the response has no status"));
    else reader.head(statusCode, responseHeaders(fields));
  });
  stream.on("data", (bytes: Buffer) => reader.body(bytes));
  stream.on("error", (error) => reader.fail(failureOf(error)));
  // A stream that is reset "ends" as well, so whether it was complete is known only when it is closed.
  stream.on("close", () => {
    if (stream.rstCode === 0 && stream.readableEnded) {
      reader.complete();
    } else if (stream.rstCode !== 0) {
      reader.fail(
        new ProbeError("protocol_error", `the server reset the stream with HTTP/2 error ${stream.rstCode}`),
      );
    } else {
      reader.fail(closedEarly());
    }
  });
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

function responseHeaders(
  fields: Readonly<Record<string, string | string[] | number | undefined>>,
): ResponseHeaders {
  const headers = new Map<string, readonly string[]>();
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined || name.startsWith(":")) continue;
    headers.set(name, Array.isArray(value) ? value : [String(value)]);
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

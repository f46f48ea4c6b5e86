/** An exchange in HTTP/1.1: one request, one response, then the connection is closed. */
import type { ResponseHeaders } from "../../../../core/checking/ports.ts";
import type { Attempt } from "../../attempt/attempt.ts";
import type { Connection, Receiver } from "../../dialling/connection.ts";
import { opensslReason } from "../../dialling/securing.ts";
import { ProbeError, systemCode } from "../../probe-error.ts";
import { type ExchangeOutcome, type ExchangeRequest, ResponseReader } from "./exchange.ts";
import { Http1Parser, type ResponseListener } from "./http1-parser.ts";

/** Takes the connection over and closes it. Rejects only when aborted: what the server does is the outcome. */
export async function exchangeHttp1(
  connection: Connection,
  request: ExchangeRequest,
  attempt: Attempt,
): Promise<ExchangeOutcome> {
  const receiver = new Http1Receiver(request, attempt);
  connection.attach(receiver);
  send(connection, request);
  try {
    return await receiver.reader.outcome();
  } finally {
    receiver.parser.stop();
    connection.close();
  }
}

class Http1Receiver implements Receiver, ResponseListener {
  readonly parser: Http1Parser;
  readonly reader: ResponseReader;

  constructor(request: ExchangeRequest, attempt: Attempt) {
    this.parser = new Http1Parser(request.method, this);
    this.reader = new ResponseReader(request, attempt);
  }

  onBytes(bytes: Buffer): void {
    this.reader.begin();
    try {
      this.parser.push(bytes);
    } catch (error) {
      this.reader.fail(error);
    }
  }

  onEnd(): void {
    try {
      this.parser.end();
    } catch (error) {
      this.reader.fail(error);
    }
  }

  onError(error: Error): void {
    this.reader.fail(connectionFailure(error, this.parser.progress));
  }

  onHead(statusCode: number, headers: ResponseHeaders): void {
    this.reader.head(statusCode, headers);
  }

  onIrregularity(what: string): void {
    this.reader.irregular(what);
  }

  onBody(bytes: Buffer): void {
    this.reader.body(bytes);
  }

  onComplete(): void {
    this.reader.complete();
  }
}

/** These say so where they have no content (RFC 9110, section 8.6). */
const CONTENT_EXPECTED: ReadonlySet<string> = new Set(["POST", "PUT", "PATCH"]);

function send({ socket }: Connection, { method, target, headers, body }: ExchangeRequest): void {
  let head = `${method} ${target} HTTP/1.1\r\n`;
  for (let index = 0; index < headers.length; index += 2) {
    head += `${headers[index]}: ${headers[index + 1]}\r\n`;
  }
  if (body !== null || CONTENT_EXPECTED.has(method)) head += `content-length: ${body?.byteLength ?? 0}\r\n`;
  head += "connection: close\r\n\r\n";
  if (body === null) {
    socket.write(head, "latin1");
    return;
  }
  socket.cork();
  socket.write(head, "latin1");
  socket.write(body);
  socket.uncork();
}

/** `progress` says where the response had got to. */
export function connectionFailure(error: Error, progress: string): ProbeError {
  const code = systemCode(error);
  if (/^ERR_SSL_|^EPROTO$/.test(code)) {
    return new ProbeError("tls_protocol", `the TLS connection failed: ${opensslReason(error)}`);
  }
  if (code === "ETIMEDOUT" || code === "EHOSTUNREACH" || code === "ENETUNREACH") {
    return new ProbeError("connect_unreachable", `the connection broke off ${progress} (${code})`);
  }
  return new ProbeError("connect_reset", `the server reset the connection ${progress}`);
}

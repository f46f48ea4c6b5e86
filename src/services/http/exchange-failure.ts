/** What went wrong in an exchange, from undici's and Node's words into ours. */
import { ProbeError, systemCode } from "./probe-error.ts";
import { opensslReason } from "./securing.ts";

export type ExchangePhase = "firstByte" | "headers" | "body";

const BEFORE: Readonly<Record<ExchangePhase, string>> = {
  firstByte: "before it sent a response",
  headers: "in the middle of the headers",
  body: "before the body was complete",
};

export function exchangeFailure(error: unknown, phase: ExchangePhase): ProbeError {
  if (error instanceof ProbeError) return error;
  const code = systemCode(error);
  const message = error instanceof Error ? error.message : String(error);
  switch (code) {
    case "UND_ERR_HEADERS_OVERFLOW":
      return new ProbeError("headers_too_large", "the headers are larger than 128 KiB");
    case "UND_ERR_SOCKET":
      return message === "bad response" || message === "bad upgrade"
        ? new ProbeError("protocol_error", `the response is not one to this request: ${message}`)
        : new ProbeError("connection_closed", `the server closed the connection ${BEFORE[phase]}`);
    case "UND_ERR_RES_CONTENT_LENGTH_MISMATCH":
      return new ProbeError("connection_closed", "the body is not as long as its Content-Length says");
    case "ECONNRESET":
    case "EPIPE":
      return new ProbeError("connect_reset", `the server reset the connection ${BEFORE[phase]}`);
    default:
      if (/^ERR_SSL_/.test(code) && error instanceof Error) {
        return new ProbeError("tls_protocol", `the TLS connection failed: ${opensslReason(error)}`);
      }
      return new ProbeError("protocol_error", message);
  }
}

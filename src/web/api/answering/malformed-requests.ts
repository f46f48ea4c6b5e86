/** Answers requests that reach no route, since they are not proper HTTP, as problem details like all others. */
import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import type { Problem } from "../../../contract/api/problem.ts";
import type { ApiServer } from "../api-server.ts";
import { PROBLEM_TYPE, ProblemError, problemOf } from "./problem.ts";

/** Answers on the socket itself and closes it: behind a malformed request nothing can be read any more. */
export function answerMalformedHttp(error: Error & { readonly code?: string }, socket: Socket): void {
  // After a reset there is nobody to answer.
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const problem = problemOfParser(error.code);
  const body = JSON.stringify(problem);
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    `Content-Type: ${PROBLEM_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Cache-Control: no-store",
    "Connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}

/** By the codes of Node.js and of its parser, llhttp. */
function problemOfParser(code: string | undefined): Problem {
  switch (code) {
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return problemOf("too-slow", "the request did not arrive in time");
    case "HPE_HEADER_OVERFLOW":
      return problemOf("headers-too-large", "address and headers together are larger than 16 KiB");
    case "HPE_CHUNK_EXTENSIONS_OVERFLOW":
      return problemOf("too-large", "the extensions of a chunk are larger than 16 KiB");
    default:
      return problemOf("invalid-request", `the request is not proper HTTP (${code ?? "unknown reason"})`);
  }
}

/** Node.js itself would answer these two without a body. */
export function answerOddRequests(server: ApiServer): void {
  // A server may ignore an expectation that it does not know (RFC 9110, section 10.1.1).
  server.server.on("checkExpectation", (request, response) => server.routing(request, response));
  server.addHook("onRequest", async ({ raw, headers }) => {
    // RFC 9112, section 3.2.
    if (headers.host === undefined && raw.httpVersion === "1.1") {
      throw new ProblemError("invalid-request", "the header Host is missing");
    }
  });
}

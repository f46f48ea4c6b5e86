// Every check ends by its deadline, whatever the server does, and leaves nothing open behind it.
import type { Socket } from "node:net";
import { describe, expect, test } from "vitest";
import type { CheckErrorCode } from "../../../src/contract/checks/check-error-code.ts";
import { check } from "./checking.ts";
import { httpServer, rawServer, tcpServer } from "./servers.ts";

const deadlineMs = 600;
/** For a machine with other work; without the deadline a check would take for ever. */
const graceMs = 5000;

/** Writes a piece again and again, as long as the connection stands. */
function drip(socket: Socket, everyMs: number, next: () => string | Buffer): void {
  const timer = setInterval(() => socket.write(next()), everyMs);
  socket.on("close", () => clearInterval(timer));
}

/** Writes as fast as it is taken. */
function pour(socket: Socket, next: () => string | Buffer): void {
  const on = (): void => {
    while (socket.writable && socket.write(next()));
  };
  socket.on("drain", on);
  on();
}

const attacks: readonly (readonly [what: string, code: CheckErrorCode, attack: (socket: Socket) => void])[] =
  [
    [
      "headers dripping in",
      "headers_timeout",
      (socket) => {
        socket.write("HTTP/1.1 200 OK\r\n");
        drip(socket, 20, () => "x: 1\r\n");
      },
    ],
    [
      "a header line dripping in byte by byte",
      "headers_timeout",
      (socket) => {
        socket.write("HTTP/1.1 200 OK\r\nx: ");
        drip(socket, 10, () => "x");
      },
    ],
    [
      "a status line without end",
      "headers_too_large",
      (socket) => {
        socket.write("HTTP/1.1 200 ");
        pour(socket, () => "x".repeat(10_000));
      },
    ],
    [
      "headers without end",
      "headers_too_large",
      (socket) => {
        socket.write("HTTP/1.1 200 OK\r\n");
        pour(socket, () => "x-more: and more\r\n".repeat(500));
      },
    ],
    [
      "a body dripping in",
      "body_timeout",
      (socket) => {
        socket.write("HTTP/1.1 200 OK\r\n\r\n");
        drip(socket, 10, () => "x");
      },
    ],
    [
      "a chunked body dripping in",
      "body_timeout",
      (socket) => {
        socket.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
        drip(socket, 10, () => "1\r\nx\r\n");
      },
    ],
    [
      "trailers without end",
      "headers_too_large",
      (socket) => {
        socket.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n");
        pour(socket, () => "x-more: and more\r\n".repeat(500));
      },
    ],
    [
      "a chunk size without end",
      "protocol_error",
      (socket) => {
        socket.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
        pour(socket, () => "0".repeat(10_000));
      },
    ],
    [
      "interim responses without end",
      "protocol_error",
      (socket) => {
        pour(socket, () => "HTTP/1.1 103 Early Hints\r\n\r\n".repeat(100));
      },
    ],
    [
      "an open connection after half the body",
      "body_timeout",
      (socket) => {
        socket.write("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf");
      },
    ],
    [
      "the end after half the body",
      "connection_closed",
      (socket) => {
        socket.end("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf");
      },
    ],
    [
      "the end after half a chunk",
      "connection_closed",
      (socket) => {
        socket.end("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nff\r\nhalf");
      },
    ],
    [
      "the end after half the headers",
      "connection_closed",
      (socket) => {
        socket.end("HTTP/1.1 200 OK\r\ncontent-le");
      },
    ],
    [
      "the end at once",
      "connection_closed",
      (socket) => {
        socket.end();
      },
    ],
    [
      "a reset after half the body",
      "connect_reset",
      (socket) => {
        socket.write("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf", () => {
          setImmediate(() => socket.resetAndDestroy());
        });
      },
    ],
    [
      "a page of HTTP/0.9",
      "protocol_error",
      (socket) => {
        socket.end("<html>hello</html>");
      },
    ],
  ];

describe("a server that answers with", () => {
  for (const [what, code, attack] of attacks) {
    test(`${what} ends the check as ${code}, and its connection`, async () => {
      let closed: Promise<unknown> | undefined;
      const port = await tcpServer((socket) => {
        closed = new Promise((resolve) => socket.once("close", resolve));
        socket.once("data", () => attack(socket));
      });
      const began = performance.now();
      const result = await check({ url: `http://127.0.0.1:${port}/`, timeoutMs: deadlineMs });
      expect(result.error?.code).toBe(code);
      expect(performance.now() - began).toBeLessThan(deadlineMs + graceMs);
      await closed;
    });
  }
});

describe("a check that is aborted", () => {
  for (const [what, start] of Object.entries({
    "while it waits for the server": () => httpServer(() => {}),
    "in the middle of a body": () => rawServer("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf"),
  })) {
    test(`${what} rejects with the reason and closes its connection`, async () => {
      const url = await start();
      const abort = new AbortController();
      const checking = check({ url }, {}, abort.signal);
      setTimeout(() => abort.abort(new Error("shutting down")), 100);
      await expect(checking).rejects.toThrow("shutting down");
    });
  }

  test("between two attempts rejects as well", async () => {
    const abort = new AbortController();
    const url = await httpServer((_request, response) => {
      response.writeHead(500).end();
      setTimeout(() => abort.abort(new Error("shutting down")), 50);
    });
    const checking = check({ url, options: { retries: 2, retryDelayMs: 30_000 } }, {}, abort.signal);
    await expect(checking).rejects.toThrow("shutting down");
  });

  test("before it began rejects at once", async () => {
    await expect(
      check({ url: "http://127.0.0.1:1/" }, {}, AbortSignal.abort(new Error("no"))),
    ).rejects.toThrow("no");
  });
});

// Memory of checks in flight, all holding as much as a hostile server can make them hold, at the same time.
import { fork } from "node:child_process";
import { once } from "node:events";
import type { RequestListener } from "node:http";
import path from "node:path";
import { brotliCompressSync, constants, gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, onTestFinished, test } from "vitest";
import { httpServer } from "./servers.ts";

/** As many as a monitor makes at once by default. */
const CHECKS = 100;
const ALLOWED_BYTES_PER_CHECK = 2 * 1_048_576;

async function memoryPerCheck(
  listener: RequestListener,
): Promise<{ bytes: number; codes: readonly string[] }> {
  const url = await httpServer((request, response) => {
    if (request.url === "/warm-up") response.end("here");
    else listener(request, response);
  });
  const child = fork(path.join(import.meta.dirname, "checks-in-flight.ts"));
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  child.send({ url, warmUpUrl: `${url}/warm-up`, checks: CHECKS, timeoutMs: 4000 });
  const [{ grownBytes, codes }] = await once(child, "message");
  return { bytes: grownBytes / CHECKS, codes };
}

const megabyte = Buffer.alloc(1_048_576, "never to be found ");

const attacks: Readonly<Record<string, RequestListener>> = {
  "a body just below the limit, whose end never comes": (_request, response) => {
    response.write(megabyte.subarray(1));
  },
  "the same in pieces of one byte": (_request, response) => {
    response.socket?.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
    response.socket?.write("1\r\nx\r\n".repeat(1_048_575));
  },
  "a gzip bomb": (_request, response) => {
    response.writeHead(200, { "content-encoding": "gzip" }).end(bombs.gzip);
  },
  "a Brotli bomb with the largest window": (_request, response) => {
    response.writeHead(200, { "content-encoding": "br" }).end(bombs.brotli);
  },
  "a Zstandard bomb with the largest window": (_request, response) => {
    response.writeHead(200, { "content-encoding": "zstd" }).end(bombs.zstd);
  },
  "headers without end": (_request, response) => {
    const { socket } = response;
    socket?.on("error", () => {});
    socket?.write("HTTP/1.1 200 OK\r\n");
    const pour = (): void => {
      while (socket?.writable && socket.write("x-more: and more\r\n".repeat(100)));
      socket?.once("drain", pour);
    };
    pour();
  },
};

const zeros = Buffer.alloc(50_000_000);
const bombs = {
  gzip: gzipSync(zeros),
  brotli: brotliCompressSync(zeros, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 5, [constants.BROTLI_PARAM_LGWIN]: 24 },
  }),
  zstd: zstdCompressSync(zeros, { params: { [constants.ZSTD_c_windowLog]: 23 } }),
};

describe("a check in flight takes at most two megabytes against", () => {
  for (const [what, listener] of Object.entries(attacks)) {
    test(what, async () => {
      const { bytes } = await memoryPerCheck(listener);
      expect(bytes).toBeLessThan(ALLOWED_BYTES_PER_CHECK);
    }, 60_000);
  }
});

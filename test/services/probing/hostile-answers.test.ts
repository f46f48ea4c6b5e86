// Whatever a server sends, the check has a result that fits the published schema, and the process goes on.
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { check } from "./checking.ts";
import { rawServer, tcpServer, tlsServer } from "./servers.ts";

const uncaught: unknown[] = [];
const note = (error: unknown): void => {
  uncaught.push(error);
};

beforeAll(() => {
  process.on("uncaughtException", note);
  process.on("unhandledRejection", note);
});

afterAll(() => {
  process.off("uncaughtException", note);
  process.off("unhandledRejection", note);
  expect(uncaught).toEqual([]);
});

const RUNS = { numRuns: 150 };
const anyBytes = fc.uint8Array({ maxLength: 600 }).map((bytes) => Buffer.from(bytes));
const anyText = fc
  .string({ unit: fc.integer({ min: 1, max: 255 }).map((code) => String.fromCharCode(code)), maxLength: 60 })
  .map((text) => text.replace(/[\r\n]/g, ""));
const header = fc.tuple(
  fc.constantFrom(
    "location",
    "set-cookie",
    "content-encoding",
    "transfer-encoding",
    "content-length",
    "content-type",
    "retry-after",
    "x-any",
  ),
  fc.oneof(
    anyText,
    fc.constantFrom(
      "",
      "/",
      "//",
      "http://[",
      "http://127.0.0.1:1/",
      "file:///etc/passwd",
      "gzip",
      "deflate, br, zstd",
      "chunked",
      "0",
      "99999999999999999999",
      "-1",
      "text/html; charset=utf-16le",
      "Thu, 99 Foo 99999 99:99:99 GMT",
      "a=b; domain=.; path=\u0001; expires=never",
    ),
  ),
);
const status = fc.constantFrom(200, 204, 301, 302, 307, 401, 429, 503, 999);

describe("a check ends with a result when the server answers with", () => {
  /** Answers each request with what the run at hand wants, and ends the connection. */
  async function checking(): Promise<(answer: Buffer) => Promise<void>> {
    let answer: Buffer = Buffer.alloc(0);
    const port = await tcpServer((socket) => socket.once("data", () => socket.end(answer)));
    const site = {
      url: `http://127.0.0.1:${port}/`,
      timeoutMs: 2000,
      regexp: "never [f]ound",
      options: { maxRedirects: 2, responseHeaders: [{ name: "x-any", matches: "a" }] },
    };
    return async (bytes) => {
      answer = bytes;
      // `check` parses its result by the schema.
      expect((await check(site)).verdict).toMatch(/^(up|degraded|down)$/);
    };
  }

  test("any bytes", async () => {
    const checkWith = await checking();
    await fc.assert(fc.asyncProperty(anyBytes, checkWith), RUNS);
  });

  test("any bytes behind a status line", async () => {
    const checkWith = await checking();
    const answer = anyBytes.map((bytes) => Buffer.concat([Buffer.from("HTTP/1.1 200 OK\r\n"), bytes]));
    await fc.assert(fc.asyncProperty(answer, checkWith), RUNS);
  });

  test("headers of any kind and any body", async () => {
    const checkWith = await checking();
    const answer = fc
      .tuple(status, fc.array(header, { maxLength: 6 }), anyBytes)
      .map(([code, headers, body]) => {
        const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
        return Buffer.concat([Buffer.from(`HTTP/1.1 ${code} \r\n${lines}\r\n`, "latin1"), body]);
      });
    await fc.assert(fc.asyncProperty(answer, checkWith), { numRuns: 400 });
  });

  test("any bytes where HTTP/2 was agreed on", async () => {
    let answer = Buffer.alloc(0);
    const { url, ca } = await tlsServer(["h2"], (socket) => {
      // A SETTINGS frame first, so that what follows is read as frames.
      socket.once("data", () =>
        socket.end(Buffer.concat([Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]), answer])),
      );
    });
    const frame = fc
      .tuple(fc.nat(10), fc.nat(255), fc.constantFrom(0, 1, 2, 3), fc.uint8Array({ maxLength: 80 }))
      .map(([type, flags, stream, payload]) =>
        Buffer.concat([Buffer.from([0, 0, payload.length, type, flags, 0, 0, 0, stream]), payload]),
      );
    const frames = fc.array(frame, { maxLength: 6 }).map((all) => Buffer.concat(all));
    await fc.assert(
      fc.asyncProperty(fc.oneof(frames, anyBytes), async (bytes) => {
        answer = bytes;
        const result = await check({ url, timeoutMs: 2000, options: { tls: { ca } } });
        expect(result.verdict).toMatch(/^(up|down)$/);
      }),
      RUNS,
    );
  });

  test("any bytes in place of TLS", async () => {
    let answer = Buffer.alloc(0);
    const port = await tcpServer((socket) => socket.once("data", () => socket.end(answer)));
    const record = anyBytes.map((bytes) => Buffer.concat([Buffer.from([22, 3, 3, 0, 200]), bytes]));
    await fc.assert(
      fc.asyncProperty(fc.oneof(record, anyBytes), async (bytes) => {
        answer = bytes;
        const result = await check({ url: `https://127.0.0.1:${port}/`, timeoutMs: 2000 });
        expect(result.verdict).toBe("down");
      }),
      RUNS,
    );
  });

  test("any bytes in place of a proxy's answer", async () => {
    await fc.assert(
      fc.asyncProperty(anyBytes, async (bytes) => {
        const proxy = await rawServer(bytes);
        const options = { proxy: proxy.replace(/\/$/, "") };
        const result = await check({ url: "https://127.0.0.1:1/", timeoutMs: 300, options });
        expect(result).toMatchObject({ verdict: "down", error: { code: "proxy_failed" } });
      }),
      { numRuns: 10 },
    );
  });
});

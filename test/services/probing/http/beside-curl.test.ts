// Our verdict beside curl's on the very same answer: what curl gets, we get, or the reason stands here and in
// docs/checks.md. What is odd in an answer is told in the result and not by the verdict.
import { execFile } from "node:child_process";
import { constants, createGzip, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { ensureSystemPackages } from "../../../harness/system-packages.ts";
import { check } from "../checking.ts";
import { tcpServer } from "../servers.ts";

const missing = await ensureSystemPackages(["curl"]);
if (missing.size > 0) throw new Error([...missing.values()].join("\n"));

const OK = "HTTP/1.1 200 OK\r\n";
const CHUNKED = `${OK}transfer-encoding: chunked\r\n`;
const CHUNKS = "\r\n2\r\nok\r\n0\r\n\r\n";
const BODY = "content-length: 2\r\n\r\nok";

function latin1(text: string): Buffer {
  return Buffer.from(text, "latin1");
}

function encoded(codings: string, body: Buffer): Buffer {
  return Buffer.concat([
    latin1(`${OK}content-encoding: ${codings}\r\ncontent-length: ${body.byteLength}\r\n\r\n`),
    body,
  ]);
}

/** A gzip that is flushed and never ended. */
async function flushedGzip(text: string): Promise<Buffer> {
  const gzip = createGzip();
  gzip.write(text);
  await new Promise<void>((resolve) => gzip.flush(constants.Z_SYNC_FLUSH, resolve));
  return gzip.read();
}

/** Answers every request with these bytes and ends the connection. */
async function answering(answer: Buffer): Promise<string> {
  const port = await tcpServer((socket) => socket.once("data", () => socket.end(answer)));
  return `http://127.0.0.1:${port}/`;
}

/** What curl prints of the answer, or null where it fails. */
function curl(url: string): Promise<string | null> {
  const args = ["--silent", "--location", "--compressed", "--max-time", "10", url];
  return new Promise((resolve) => {
    execFile("curl", args, { encoding: "latin1" }, (error, output) =>
      resolve(error === null ? output : null),
    );
  });
}

const gzipped = gzipSync("ok");

/** Read alike by both, and whether we say that it is irregular. */
const alike: Readonly<Record<string, readonly [answer: Buffer, irregular: boolean]>> = {
  "a control character in a header value": [latin1(`${OK}x-a: a\u0001b\r\n${BODY}`), true],
  "a space before a header's colon": [latin1(`${OK}x-a : b\r\n${BODY}`), true],
  "a space before the colon of Content-Length": [latin1(`${OK}content-length : 2\r\n\r\nok`), true],
  "a space inside a header name": [latin1(`${OK}bad name: 1\r\n${BODY}`), true],
  "an empty header name": [latin1(`${OK}: 1\r\n${BODY}`), true],
  "a header name outside of ASCII": [latin1(`${OK}x-\u00fc: 1\r\n${BODY}`), true],
  "a folded header": [latin1(`${OK}x-a: 1\r\n 2\r\n${BODY}`), false],
  "chunked named twice in one header": [
    latin1(`${OK}transfer-encoding: chunked, chunked\r\n${CHUNKS}`),
    true,
  ],
  "chunked named in two headers": [latin1(`${CHUNKED}transfer-encoding: chunked\r\n${CHUNKS}`), true],
  "identity before chunked": [latin1(`${OK}transfer-encoding: identity, chunked\r\n${CHUNKS}`), false],
  "identity beside a length": [latin1(`${OK}transfer-encoding: identity\r\n${BODY}`), false],
  "gzip as transfer coding, up to the connection's end": [
    Buffer.concat([latin1(`${OK}transfer-encoding: gzip\r\n\r\n`), gzipped]),
    false,
  ],
  "gzip as transfer coding below chunked": [
    Buffer.concat([
      latin1(`${OK}transfer-encoding: gzip, chunked\r\n\r\n${gzipped.byteLength.toString(16)}\r\n`),
      gzipped,
      latin1("\r\n0\r\n\r\n"),
    ]),
    false,
  ],
  "two content codings": [encoded("deflate, gzip", gzipSync(deflateSync("ok"))), false],
  "a content coding that is none": [latin1(`${OK}content-encoding: none\r\n${BODY}`), false],
  "a gzip that is flushed and not ended": [encoded("gzip", await flushedGzip("ok")), true],
  "the same length twice": [latin1(`${OK}content-length: 2\r\n${BODY}`), true],
  "a length with a plus sign": [latin1(`${OK}content-length: +2\r\n\r\nok`), true],
  "a length with words behind it": [latin1(`${OK}content-length: 2 bytes\r\n\r\nok`), true],
  "a length beyond all numbers": [latin1(`${OK}content-length: ${"9".repeat(30)}\r\n\r\nok`), true],
  "spaces behind a chunk's size": [latin1(`${CHUNKED}\r\n2  \r\nok\r\n0\r\n\r\n`), false],
  "words behind a chunk's size": [latin1(`${CHUNKED}\r\n2 junk\r\nok\r\n0\r\n\r\n`), true],
  "chunks whose lines end in LF": [latin1(`${CHUNKED}\r\n2\nok\n0\n\n`), false],
  "chunks in HTTP/1.0": [latin1(`HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n${CHUNKS}`), false],
  "lines that end in LF": [latin1("HTTP/1.1 200 OK\ncontent-length: 2\n\nok"), false],
  "no reason": [latin1(`HTTP/1.1 200\r\n${BODY}`), false],
  "no space before the reason": [latin1(`HTTP/1.1 200OK\r\n${BODY}`), true],
  "two spaces before the status": [latin1(`HTTP/1.1  200 OK\r\n${BODY}`), true],
  "http in lower case": [latin1(`http/1.1 200 OK\r\n${BODY}`), true],
  "bytes behind the length": [latin1(`${OK}${BODY}more`), false],
  "interim answers first": [latin1(`HTTP/1.1 103 Early Hints\r\n\r\n${OK}${BODY}`), false],
  "a redirect with an empty Location": [latin1(`HTTP/1.1 302 Found\r\nlocation: \r\n${BODY}`), false],
};

/** Read by curl and an error to us: what another reader may take for another answer. */
const ambiguous: Readonly<Record<string, Buffer>> = {
  "two lengths": latin1(`${OK}content-length: 3\r\n${BODY}`),
  "a length beside chunked": latin1(`${CHUNKED}content-length: 2\r\n${CHUNKS}`),
  "a carriage return inside the status line": latin1("HTTP/1.1 200 OK\rContent-Length: 2\r\n\r\nok"),
  "a carriage return inside a header": latin1(`${OK}x-a: 1\rx-b: 2\r\n${BODY}`),
};

/** An error to both. */
const broken: Readonly<Record<string, Buffer>> = {
  "a length below zero": latin1(`${OK}content-length: -1\r\n\r\nok`),
  "a length that is a word": latin1(`${OK}content-length: two\r\n\r\nok`),
  "an empty length": latin1(`${OK}content-length:\r\n\r\nok`),
  "a zero byte in a header": latin1(`${OK}x-a: a\u0000b\r\n${BODY}`),
  "a header without a colon": latin1(`${OK}nothing\r\n${BODY}`),
  "a folded line first": latin1(`${OK} x-a: 1\r\n${BODY}`),
  "a status of two digits": latin1(`HTTP/1.1 20 OK\r\n${BODY}`),
  "a status of four digits": latin1(`HTTP/1.1 2000 OK\r\n${BODY}`),
  "another version": latin1(`HTTP/1.2 200 OK\r\n${BODY}`),
  "another protocol": latin1("ICY 200 OK\r\n\r\nok"),
  "a chunk's size that is no number": latin1(`${CHUNKED}\r\n0x2\r\nok\r\n0\r\n\r\n`),
  "a body shorter than its length": latin1(`${OK}content-length: 5\r\n\r\nok`),
  "chunks without their last": latin1(`${CHUNKED}\r\n2\r\nok\r\n`),
  "chunks without their last empty line": latin1(`${CHUNKED}\r\n2\r\nok\r\n0\r\n`),
  "plain text called gzip": encoded("gzip", Buffer.from("plain")),
  "a gzip with a wrong checksum": encoded(
    "gzip",
    Buffer.concat([gzipped.subarray(0, -8), Buffer.alloc(4), gzipped.subarray(-4)]),
  ),
  "a coding nobody knows how to undo": latin1(`${OK}content-encoding: compress\r\n${BODY}`),
  "protocols switched unasked": latin1("HTTP/1.1 101 Switching Protocols\r\n\r\n"),
  "nothing at all": Buffer.alloc(0),
};

describe("curl and we both read", () => {
  for (const [what, [answer, irregular]] of Object.entries(alike)) {
    test(what, async () => {
      const url = await answering(answer);
      const result = await check({ url, regexp: "^ok$" });
      expect({ curl: await curl(url), ours: result.verdict }).toEqual({ curl: "ok", ours: "up" });
      expect(result.irregularities !== undefined).toBe(irregular);
    });
  }

  test("a redirect to itself that ends the second time", async () => {
    for (const ask of [curl, async (url: string) => (await check({ url })).verdict]) {
      let requests = 0;
      const port = await tcpServer((socket) =>
        socket.once("data", () => {
          requests += 1;
          socket.end(latin1(requests === 1 ? "HTTP/1.1 302 F\r\nlocation: /\r\n\r\n" : `${OK}${BODY}`));
        }),
      );
      expect(["ok", "up"]).toContain(await ask(`http://127.0.0.1:${port}/`));
      expect(requests).toBe(2);
    }
  });
});

describe("curl reads, and we refuse as ambiguous,", () => {
  for (const [what, answer] of Object.entries(ambiguous)) {
    test(what, async () => {
      const url = await answering(answer);
      const result = await check({ url });
      expect({ curl: await curl(url), ours: result.error?.code }).toEqual({
        curl: "ok",
        ours: "protocol_error",
      });
    });
  }
});

describe("neither curl nor we accept", () => {
  for (const [what, answer] of Object.entries(broken)) {
    test(what, async () => {
      const url = await answering(answer);
      expect((await check({ url })).verdict).toBe("down");
      expect(await curl(url)).toBeNull();
    });
  }
});

test("bytes behind a gzip are read past, where this curl gives up", async () => {
  const url = await answering(encoded("gzip", Buffer.concat([gzipped, latin1("behind")])));
  expect(await check({ url, regexp: "^ok$" })).toMatchObject({
    verdict: "up",
    irregularities: ["bytes follow the end of the gzip body"],
  });
});

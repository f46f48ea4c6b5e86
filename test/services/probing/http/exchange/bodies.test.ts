// What is read of a body: codings, character sets, limits.
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { CheckOptions } from "../../../../../src/contract/checks/check-options.ts";
import type { CheckResult } from "../../../../../src/contract/checks/check-result.ts";
import { check } from "../../checking.ts";
import { httpServer, rawServer } from "../../servers.ts";

const text = `<h1>Grüße aus Köln</h1>${"Lorem ipsum dolor sit amet. ".repeat(4000)}<p>all systems operational</p>`;

/** Serves a body with these headers and checks that `regexp` is in it. */
async function checkBody(
  body: Buffer,
  headers: Readonly<Record<string, string>>,
  regexp: string | null = "Gr\u00fc\u00dfe.*K\u00f6ln",
  options: CheckOptions = {},
): Promise<CheckResult> {
  const url = await httpServer((_request, response) => response.writeHead(200, headers).end(body));
  return await check({ url, regexp, options });
}

describe("a body is decoded from", () => {
  const codings: Readonly<Record<string, readonly [header: string, encode: (body: Buffer) => Buffer]>> = {
    gzip: ["gzip", gzipSync],
    "gzip by its old name": ["x-gzip", gzipSync],
    deflate: ["deflate", deflateSync],
    "deflate as some servers send it, without a header": ["deflate", deflateRawSync],
    Brotli: ["br", brotliCompressSync],
    Zstandard: ["zstd", zstdCompressSync],
    "two codings on top of each other": ["gzip, br", (body) => brotliCompressSync(gzipSync(body))],
    "deflate below gzip": ["deflate, gzip", (body) => gzipSync(deflateSync(body))],
    "deflate without a header below Brotli": [
      "deflate, br",
      (body) => brotliCompressSync(deflateRawSync(body)),
    ],
    "a coding that is none, such as utf-8": ["utf-8", (body) => body],
  };
  for (const [name, [header, encode]] of Object.entries(codings)) {
    test(name, async () => {
      const encoded = encode(Buffer.from(text));
      const result = await checkBody(encoded, { "content-encoding": header }, "operational</p>$");
      expect(result).toMatchObject({ verdict: "up", regexpMatched: true, bytes: Buffer.byteLength(text) });
    });
  }
});

describe("a body that can't be decoded", () => {
  test("is said to be so when it is not what its header says", async () => {
    const result = await checkBody(Buffer.from("plain text"), { "content-encoding": "gzip" });
    expect(result.error?.code).toBe("body_decoding");
  });

  test("is said to be so when its coding is not supported", async () => {
    const result = await checkBody(Buffer.from("x"), { "content-encoding": "compress" });
    expect(result.error).toMatchObject({
      code: "body_decoding",
      message: expect.stringContaining("compress"),
    });
  });

  test("is no harm where it is empty", async () => {
    const url = await httpServer((_request, response) => {
      response.writeHead(200, { "content-encoding": "gzip" }).end();
    });
    expect(await check({ url })).toMatchObject({ verdict: "up", bytes: 0 });
  });
});

describe("a body with an odd end is searched as far as it goes, and the result tells, when", () => {
  const encoders = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync, zstd: zstdCompressSync };
  for (const [coding, encode] of Object.entries(encoders)) {
    test(`its ${coding} ends too early`, async () => {
      const whole = encode(Buffer.from(text));
      const result = await checkBody(whole.subarray(0, -20), { "content-encoding": coding }, null);
      expect(result).toMatchObject({
        verdict: "up",
        irregularities: ["the body ends before its content coding does"],
      });
    });
  }

  test("other bytes follow its gzip, whatever they are", async () => {
    for (const behind of ["<!-- served by cache -->", "\r\n", "\u001f\u008b and no more"]) {
      const body = Buffer.concat([gzipSync(Buffer.from(text)), Buffer.from(behind, "latin1")]);
      const result = await checkBody(body, { "content-encoding": "gzip" }, "operational</p>$");
      expect(result).toMatchObject({
        verdict: "up",
        bytes: Buffer.byteLength(text),
        irregularities: ["bytes follow the end of the gzip body"],
      });
    }
  });

  test("other bytes follow a gzip with a name, a comment and extra fields", async () => {
    const [head, rest] = [
      gzipSync(Buffer.from(text)).subarray(0, 10),
      gzipSync(Buffer.from(text)).subarray(10),
    ];
    // RFC 1952, section 2.3: FHCRC, FEXTRA, FNAME and FCOMMENT.
    head[3] = 2 | 4 | 8 | 16;
    const optional = Buffer.from("\u0003\u0000abcname\u0000comment\u0000..", "latin1");
    const body = Buffer.concat([head, optional, rest, Buffer.from("behind")]);
    // Node's gunzip checks the header's checksum, which is wrong here, so the bytes behind are not what fails first.
    const result = await checkBody(body, { "content-encoding": "gzip" }, "operational</p>$");
    expect(result.verdict).toBe("up");
  });
});

describe("the character set is that of", () => {
  const latin1 = Buffer.from("<p>Gr\u00fc\u00dfe aus K\u00f6ln</p>", "latin1");

  test("the Content-Type", async () => {
    const result = await checkBody(latin1, { "content-type": "text/html; charset=iso-8859-1" });
    expect(result.regexpMatched).toBe(true);
  });

  test("a byte order mark, before the Content-Type", async () => {
    const utf16 = Buffer.from("\ufeffGr\u00fc\u00dfe aus K\u00f6ln", "utf16le");
    const result = await checkBody(utf16, { "content-type": "text/html; charset=iso-8859-1" });
    expect(result.regexpMatched).toBe(true);
  });

  test("a <meta> where the Content-Type names none", async () => {
    const page = Buffer.concat([Buffer.from('<html><meta charset="windows-1252">'), latin1]);
    const result = await checkBody(page, { "content-type": "text/html" });
    expect(result.regexpMatched).toBe(true);
  });

  test("UTF-8 where nothing says otherwise", async () => {
    const result = await checkBody(Buffer.from("Gr\u00fc\u00dfe aus K\u00f6ln"), {});
    expect(result.regexpMatched).toBe(true);
  });

  test("a Japanese page in Shift_JIS", async () => {
    // 日本 in Shift_JIS.
    const page = Buffer.from([0x93, 0xfa, 0x96, 0x7b]);
    const result = await checkBody(page, { "content-type": "text/html; charset=Shift_JIS" }, "\u65e5\u672c");
    expect(result.regexpMatched).toBe(true);
  });
});

describe("a body larger than the site allows", () => {
  test("is searched as far as it was read, and the result says so", async () => {
    const found = await checkBody(Buffer.from(text), {}, "Gr\u00fc\u00dfe", { maxBodyBytes: 1000 });
    expect(found).toMatchObject({ verdict: "up", bytes: 1000, bodyTruncated: true });
    const missed = await checkBody(Buffer.from(text), {}, "operational", { maxBodyBytes: 1000 });
    expect(missed).toMatchObject({ verdict: "down", error: { code: "regexp_missing" }, bodyTruncated: true });
    expect(missed.error?.message).toContain("first 1000 bytes");
  });

  test("is not larger when it is exactly as large", async () => {
    const result = await checkBody(Buffer.from("Gr\u00fc\u00dfe K\u00f6ln".padEnd(998, "x")), {}, "K", {
      maxBodyBytes: 1001,
    });
    expect(result).toMatchObject({ verdict: "up", bytes: 1001 });
    expect(result.bodyTruncated).toBeUndefined();
  });

  test("is counted as decoded: a bomb of zeros is read to the limit and no further", async () => {
    const bomb = gzipSync(Buffer.alloc(100_000_000));
    const result = await checkBody(bomb, { "content-encoding": "gzip" }, "x");
    expect(result).toMatchObject({ bytes: 1_048_576, bodyTruncated: true });
  });

  test("is cut off where it unpacks to nothing for ever", async () => {
    const emptyMembers = Buffer.concat(Array.from({ length: 100_000 }, () => gzipSync("")));
    const result = await checkBody(emptyMembers, { "content-encoding": "gzip" }, "x");
    expect(result.bodyTruncated).toBe(true);
  });
});

test("a body in chunks of one byte is one body", async () => {
  const chunks = Array.from("operational", (letter) => `1\r\n${letter}\r\n`).join("");
  const url = await rawServer("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", `${chunks}0\r\n\r\n`);
  expect(await check({ url, regexp: "^operational$" })).toMatchObject({ verdict: "up", bytes: 11 });
});

test("JSON is not judged from a part of it", async () => {
  const url = await httpServer((_request, response) =>
    response.end(JSON.stringify({ filler: "x".repeat(5000) })),
  );
  const result = await check({
    url,
    options: { maxBodyBytes: 1000, json: [{ path: "$.filler", matches: "x" }] },
  });
  expect(result.error?.code).toBe("body_too_large");
});

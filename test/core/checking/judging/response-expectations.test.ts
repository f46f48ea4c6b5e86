import { expect, test } from "vitest";
import { worstSearchNs } from "../../../../src/core/checking/judging/response-expectations.ts";

const PAGE = `${"<p>Lorem ipsum</p>\n".repeat(500)}<h1>All systems operational</h1></body></html>`;
const INLINE_NS = 500_000;

function worstNs(pattern: string, body: Buffer, contentType = "text/html"): number {
  const headers = new Map([["content-type", [contentType]]]);
  return worstSearchNs(
    { finalUrl: "http://site.example/", headers, body, bodyTruncated: false },
    {
      finalUrl: null,
      headers: [],
      bodyContains: [],
      bodyLacks: [],
      json: [],
      regexp: { pattern, present: true },
    },
  );
}

test("of a pattern with a plain beginning only the text from there on costs the engine's time", () => {
  expect(worstNs("<h1>All [a-z]+ operational</h1>", Buffer.from(PAGE))).toBeLessThan(INLINE_NS);
  expect(worstNs("<h2>All [a-z]+ operational</h2>", Buffer.from(PAGE))).toBeLessThan(INLINE_NS);
});

test("a pattern whose beginning stands early, or that has none, may cost all of it", () => {
  expect(worstNs("<p>L[a-z]+ nothing", Buffer.from(PAGE))).toBeGreaterThan(INLINE_NS);
  expect(worstNs("(?i)all [a-z]+ operational", Buffer.from(PAGE))).toBeGreaterThan(INLINE_NS);
});

test("where the bytes do not show the text, nothing is assumed of them", () => {
  const pattern = "<h1>All [a-z]+ operational</h1>";
  const inUtf16 = Buffer.from(PAGE, "utf16le");
  expect(worstNs(pattern, inUtf16, "text/html; charset=utf-16le")).toBeGreaterThan(INLINE_NS);
  expect(worstNs(pattern, Buffer.concat([Buffer.from([0xff, 0xfe]), inUtf16]))).toBeGreaterThan(INLINE_NS);
  const escaped = Buffer.from(PAGE.replace("<h1>", "<h1\u001b(B>"));
  expect(worstNs(pattern, escaped, "text/html; charset=iso-2022-jp")).toBeGreaterThan(INLINE_NS);
  expect(worstNs("Zürich [a-z]+", Buffer.from(PAGE))).toBeGreaterThan(INLINE_NS);
});

test("a large page in UTF-8 without the pattern's beginning costs nothing, zero bytes or not", () => {
  expect(worstNs("never [f]ound", Buffer.alloc(1_048_576, "zeros"))).toBe(0);
  expect(worstNs("never [f]ound", Buffer.alloc(1_048_576))).toBe(0);
});

test("a large page in another encoding is decoded as a whole", () => {
  const page = Buffer.alloc(1_048_576, "letters");
  expect(worstNs("never [f]ound", page, "text/html; charset=windows-1252")).toBeGreaterThan(INLINE_NS);
});

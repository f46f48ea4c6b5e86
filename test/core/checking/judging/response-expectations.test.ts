import { expect, test } from "vitest";
import { worstSearchNs } from "../../../../src/core/checking/judging/response-expectations.ts";

const PAGE = `${"<p>Lorem ipsum</p>\n".repeat(500)}<h1>All systems operational</h1></body></html>`;
const INLINE_NS = 500_000;

function worstNs(pattern: string, body: Buffer): number {
  return worstSearchNs(
    { finalUrl: "http://site.example/", headers: new Map(), body, bodyTruncated: false },
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
  expect(worstNs("<h1>All [a-z]+ operational</h1>", Buffer.from(PAGE, "utf16le"))).toBeGreaterThan(INLINE_NS);
  expect(worstNs("Zürich [a-z]+", Buffer.from(PAGE))).toBeGreaterThan(INLINE_NS);
});

import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { formatResultLine } from "../../../src/cli/result-line.ts";
import { aResult } from "../../contract/a-result.ts";

test("a result is one tidy line: time, verdict, status, milliseconds, pattern, address", () => {
  expect(formatResultLine(aResult(), false)).toBe(
    "2026-11-24 12:00:00Z  up        200     123 ms  regexp found    https://example.org/",
  );
});

test("what failed is said, shortened to the line", () => {
  const line = formatResultLine(
    aResult({
      verdict: "down",
      statusCode: null,
      responseTimeMs: null,
      regexpMatched: null,
      error: { code: "connect_refused", message: `nobody\nlistens ${"x".repeat(500)}` },
    }),
    false,
  );
  expect(line).toMatch(/down {8}- {10}- {2}no regexp .*connect_refused: nobody listens x+…$/);
  expect(line.length).toBeLessThan(280);
});

test("a certificate that was not verified is said wherever the result is shown", () => {
  expect(formatResultLine(aResult({ tlsVerified: false }), false)).toMatch(/\(certificate not verified\)$/);
});

test("the name of a site stands before its address, and colours change nothing but colours", () => {
  const result = aResult({ siteName: "shop" });
  const plain = formatResultLine(result, false);
  expect(plain).toMatch(/shop https:\/\/example\.org\/$/);
  expect(stripVTControlCharacters(formatResultLine(result, true))).toBe(plain);
});

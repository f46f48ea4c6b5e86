// Whatever a site's owner writes is a site or is refused; whatever its server answers is judged.
import fc from "fast-check";
import { expect, test } from "vitest";
import type { CheckOptions } from "../../../../src/contract/checks/check-options.ts";
import { defineSite } from "../../../../src/contract/checks/site.ts";
import { InvalidSiteError } from "../../../../src/core/checking/invalid-site-error.ts";
import { compileExpectations } from "../../../../src/core/checking/judging/expectations.ts";
import { searchResponse } from "../../../../src/core/checking/judging/searching.ts";

const patternPiece = fc.constantFrom(
  "a",
  "[ab",
  "]",
  "(",
  ")",
  "(?",
  "(?<=",
  "(?i)",
  "\\",
  "\\Q",
  "\\p{",
  "L}",
  "{2}",
  "{1001}",
  "++",
  "*",
  "|",
  "^",
  "$",
  ".",
  "/",
  "\ud800",
  "\u{1f600}",
  "-",
);
const pattern = fc.oneof(
  fc.array(patternPiece, { minLength: 1, maxLength: 10 }).map((pieces) => pieces.join("")),
  fc.string({ unit: "binary", minLength: 1, maxLength: 20 }),
);
const pathPiece = fc.constantFrom(
  "$",
  ".",
  "..",
  "a",
  "[",
  "]",
  "*",
  "?",
  "@",
  "==",
  "'a'",
  '"',
  "\\u00",
  "\\n",
  "1",
  "-1",
  ":",
  ",",
  "(",
  ")",
  "&&",
  "!",
  "count(",
  "match(",
  "value(",
  "1e400",
  "\ud800",
  " ",
);
const path = fc.oneof(
  fc.array(pathPiece, { maxLength: 12 }).map((pieces) => `$${pieces.join("")}`),
  fc.string({ unit: "binary", minLength: 1, maxLength: 20 }),
);
const body = fc.oneof(
  fc.json(),
  fc.string({ unit: "binary" }),
  fc.constant(`${"[".repeat(10_000)}${"]".repeat(10_000)}`),
);

test("hostile patterns, JSON paths, headers and bodies are refused or judged, and nothing is thrown", () => {
  fc.assert(
    fc.property(
      pattern,
      path,
      pattern,
      body,
      fc.string({ unit: "binary" }),
      (regexp, jsonPath, matches, text, contentType) => {
        const options: CheckOptions = {
          json: [{ path: jsonPath, matches }],
          bodyLacks: [matches],
          responseHeaders: [{ name: "content-type", matches }],
        };
        const numbers: CheckOptions = { json: [{ path: jsonPath, equals: 1 }] };
        for (const [ofPattern, ofOptions] of [
          [regexp, {}],
          [null, options],
          [null, numbers],
        ] satisfies [string | null, CheckOptions][]) {
          // As the rows of a table come, edited by anybody: no schema has looked at them.
          const site = {
            ...defineSite({ url: "https://site.example/" }),
            regexp: ofPattern,
            options: ofOptions,
          };
          try {
            const { response } = compileExpectations(site);
            const outcome = searchResponse(
              {
                finalUrl: "https://site.example/",
                headers: new Map([["content-type", [contentType]]]),
                body: Buffer.from(text),
                bodyTruncated: false,
              },
              response,
            );
            expect(Array.isArray(outcome.failures)).toBe(true);
          } catch (error) {
            if (!(error instanceof InvalidSiteError)) throw error;
            expect(error.reason.length).toBeGreaterThan(5);
          }
        }
      },
    ),
    { numRuns: 3000 },
  );
});

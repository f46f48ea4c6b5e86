// The encoding of a body by the HTML, XML and MIME Sniffing standards. A page in UTF-8 is read as UTF-8.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodingOf } from "../../../../src/core/checking/judging/body-encoding.ts";
import { BodyText } from "../../../../src/core/checking/judging/body-text.ts";

const html = "text/html";

describe("the encoding is", () => {
  const cases: readonly (readonly [
    what: string,
    body: string,
    contentType: readonly string[],
    encoding: string,
  ])[] = [
    ["the header's", '<meta charset="koi8-r">', ["text/html; charset=windows-1251"], "windows-1251"],
    ["the header's in quotes", "", ['text/html;charset="iso-8859-2"'], "ISO-8859-2"],
    [
      "the last header's, with the charset of an equal one before",
      "",
      ["text/html;charset=koi8-r", "text/html"],
      "KOI8-R",
    ],
    [
      "the <meta>'s where the header's label is unknown",
      '<meta charset="koi8-r">',
      ["text/html; charset=klingon"],
      "KOI8-R",
    ],
    [
      "the next <meta>'s where one is unknown",
      '<meta charset="klingon"><meta charset="koi8-r">',
      [html],
      "KOI8-R",
    ],
    ["the <meta>'s where there is no Content-Type", '<meta charset="koi8-r">', [], "KOI8-R"],
    ["UTF-8 where a <meta> stands in a comment", '<!-- <meta charset="koi8-r"> -->', [html], "UTF-8"],
    ["UTF-8 where a <meta> stands in an attribute", '<p title="<meta charset=koi8-r>">', [html], "UTF-8"],
    [
      "UTF-8 where a <meta> stands in JSON",
      '{"page":"<meta charset=koi8-r>"}',
      ["application/json"],
      "UTF-8",
    ],
    ["UTF-8 where a <meta> stands in plain text", "<meta charset=koi8-r>", ["text/plain"], "UTF-8"],
    [
      "UTF-8 where a content attribute ends too early",
      '<meta http-equiv=content-type content="charset">',
      [html],
      "UTF-8",
    ],
    [
      "the XML declaration's",
      '<?xml version="1.0" encoding="iso-8859-1"?><a/>',
      ["application/xml"],
      "windows-1252",
    ],
    [
      "the XML declaration's of XHTML",
      "<?xml version='1.0' encoding='koi8-r'?><html>",
      ["application/xhtml+xml"],
      "koi8-r",
    ],
    [
      "the XML declaration's of HTML without a <meta>",
      '<?xml version="1.0" encoding="koi8-r"?><html>',
      [html],
      "koi8-r",
    ],
    ["UTF-8 where XML says nothing", '<a b="<meta charset=koi8-r>"/>', ["text/xml"], "UTF-8"],
  ];
  for (const [what, body, contentType, encoding] of cases) {
    test(what, () => {
      expect(encodingOf(Buffer.from(body), contentType).toLowerCase()).toBe(encoding.toLowerCase());
    });
  }
});

test("a page in UTF-8 is found to say Z\u00fcrich, whatever it says about others' encodings", () => {
  const page = '{"html":"<meta charset=iso-8859-1>","city":"Z\u00fcrich"}';
  expect(new BodyText(Buffer.from(page), ["application/json"]).includes("Z\u00fcrich")).toBe(true);
});

test("no body and no header is a failure", () => {
  const piece = fc.constantFrom(
    "<meta ",
    "charset",
    "=",
    '"',
    "content=",
    "http-equiv=content-type",
    "<?xml ",
    "encoding=",
    "<!--",
    ">",
    "utf-16",
    " ",
    ";",
    "\u0000",
  );
  const body = fc.oneof(
    fc.uint8Array({ maxLength: 80 }),
    fc.array(piece, { maxLength: 12 }).map((pieces) => Buffer.from(pieces.join(""))),
  );
  const header = fc.oneof(
    fc.string({ unit: "binary" }),
    fc
      .array(fc.constantFrom("text/html", ";", "charset=", '"', "\\", "x", ",", "utf-7"), { maxLength: 8 })
      .map((pieces) => pieces.join("")),
  );
  fc.assert(
    fc.property(body, fc.array(header, { maxLength: 3 }), (bytes, contentType) => {
      expect(typeof new BodyText(bytes, contentType).whole).toBe("string");
    }),
    { numRuns: 5000 },
  );
});

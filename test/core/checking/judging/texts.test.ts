// The small parsers of checking: status ranges, Retry-After, body text, shortening.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BodyText } from "../../../../src/core/checking/judging/body-text.ts";
import { parseRetryAfter } from "../../../../src/core/checking/judging/retry-after.ts";
import { shorten } from "../../../../src/core/checking/judging/shortening.ts";
import { parseStatusRanges } from "../../../../src/core/checking/judging/status-ranges.ts";

describe("status ranges", () => {
  test("are codes and ranges", () => {
    const includes = parseStatusRanges("200-299, 401");
    expect([200, 299, 300, 401, 400].map(includes)).toEqual([true, true, false, true, false]);
  });

  for (const text of ["", "2xx", "200-", "300-200", "99", "200,,300", "1000"]) {
    test(`${JSON.stringify(text)} is refused`, () => {
      expect(() => parseStatusRanges(text)).toThrow(RangeError);
    });
  }
});

describe("Retry-After", () => {
  const nowMs = Date.parse("2026-01-01T00:00:00Z");
  test("is a number of seconds or a date", () => {
    expect(parseRetryAfter("120", nowMs)).toBe(nowMs + 120_000);
    expect(parseRetryAfter("Thu, 01 Jan 2026 00:05:00 GMT", nowMs)).toBe(nowMs + 300_000);
  });

  test("in the past means now", () => {
    expect(parseRetryAfter("Wed, 31 Dec 2025 00:00:00 GMT", nowMs)).toBe(nowMs);
  });

  for (const value of [undefined, "", "soon", "-5", "1.5", "Thursday"]) {
    test(`${value} says nothing`, () => {
      expect(parseRetryAfter(value, nowMs)).toBeNull();
    });
  }
});

function decodeBody(body: Buffer, contentType: string | undefined): string {
  return new BodyText(body, contentType === undefined ? [] : [contentType]).whole;
}

describe("a body's text", () => {
  test("is never a failure, whatever its bytes and its charset", () => {
    expect(decodeBody(Buffer.from([0xff, 0xc3]), undefined)).toContain("\ufffd");
    expect(decodeBody(Buffer.from("x"), "text/html; charset=klingon")).toBe("x");
    expect(decodeBody(Buffer.alloc(0), "text/html; charset=utf-16le")).toBe("");
  });

  test("may have its charset in quotes and in any case", () => {
    const latin1 = Buffer.from("\u00fc", "latin1");
    expect(decodeBody(latin1, 'Text/HTML;Charset="ISO-8859-1"')).toBe("\u00fc");
    expect(decodeBody(latin1, "text/html; charset=latin1 ; x")).toBe("\u00fc");
  });

  test("is without its byte order mark", () => {
    expect(decodeBody(Buffer.from("\ufeffx"), undefined)).toBe("x");
    expect(decodeBody(Buffer.from([0xfe, 0xff, 0x00, 0x78]), undefined)).toBe("x");
  });

  test("is UTF-8 where a <meta> that could be read claims UTF-16", () => {
    expect(decodeBody(Buffer.from('<meta charset="utf-16">\u00fc'), undefined)).toContain("\u00fc");
  });

  test("is told by a <meta http-equiv> as well, within the first 1024 bytes", () => {
    const meta = '<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">';
    const page = Buffer.concat([Buffer.from(meta), Buffer.from([0xcf])]);
    expect(decodeBody(page, undefined)).toContain("\u041f");
    expect(decodeBody(Buffer.concat([Buffer.alloc(1100, 0x20), page]), undefined)).toContain("\ufffd");
  });
});

describe("what is looked for in a body", () => {
  test("stands in its bytes where it stands in its text, whatever the bytes", () => {
    const byte = fc.oneof(fc.constantFrom(...Buffer.from("a\u00fc\u20ac\u{1f600}")), fc.nat(255));
    const wanted = fc.string({
      unit: fc.constantFrom("a", "\u00fc", "\u20ac", "\u{1f600}", "\ufffd"),
      minLength: 1,
      maxLength: 2,
    });
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 12 }),
        fc.array(byte, { maxLength: 12 }),
        wanted,
        (some, others, text) => {
          const bytes = Buffer.from([...some, ...others]);
          const { whole } = new BodyText(bytes, ["text/html; charset=utf-8"]);
          const at = whole.indexOf(text);
          expect(new BodyText(bytes, ["text/html; charset=utf-8"]).includes(text)).toBe(at >= 0);
          expect(new BodyText(bytes, ["text/html; charset=utf-8"]).from(text)).toBe(
            at < 0 ? null : whole.slice(at),
          );
        },
      ),
      { numRuns: 5000 },
    );
  });

  test("is found in other encodings as well", () => {
    const latin1 = new BodyText(Buffer.from("Gr\u00fc\u00dfe aus K\u00f6ln", "latin1"), [
      "text/html; charset=iso-8859-1",
    ]);
    expect(latin1.from("K\u00f6")).toBe("K\u00f6ln");
    expect(latin1.includes("\u00df")).toBe(true);
    expect(latin1.includes("\u00e4")).toBe(false);
  });
});

test("a text is shortened to a limit, without half a character", () => {
  expect(shorten("abcdef", 4)).toBe("abc\u2026");
  expect(shorten("abcd", 4)).toBe("abcd");
  expect(shorten("ab\u{1f600}cdef", 4)).toBe("ab\ufffd\u2026");
  expect(shorten("a\u0000b", 9)).toBe("a\ufffdb");
});

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BodyText } from "../../../../src/core/checking/judging/body-text.ts";
import { compilePattern, PatternError } from "../../../../src/core/checking/judging/pattern.ts";

const megabyte = 1_048_576;

describe("a pattern", () => {
  const found: readonly (readonly [pattern: string, text: string, isFound: boolean])[] = [
    ["Example Domain", "<h1>Example Domain</h1>", true],
    ["Example Domain", "<h1>example domain</h1>", false],
    ["(?i)example domain", "<h1>Example Domain</h1>", true],
    ["Example [A-Z]", "Example domain, Example Domain", true],
    ["^Example", "An Example", false],
    ["Example$", "Example Domain", false],
    ["Example\\b", "Examples Example", true],
    ["(?m)^Example$", "An\nExample\nDomain", true],
    ["colou?r", "color", true],
    ["colou*r", "color", true],
    ["colou{2}r", "colour", false],
    ["\u{1f600}*!", "!", true],
    ["a|b", "b", true],
    ["Gr\u00fc\u00dfe", "Gr\u00fc\u00dfe", true],
    ["\\p{Greek}+", "\u03b1\u03b2", true],
    ["(?s)<body>.*</body>", "<body>\n</body>", true],
    ["<body>.*</body>", "<body>\n</body>", false],
  ];
  for (const [pattern, text, isFound] of found) {
    test(`${pattern} is ${isFound ? "" : "not "}found in ${JSON.stringify(text)}`, () => {
      expect(compilePattern(pattern).isFoundIn(text)).toBe(isFound);
      expect(compilePattern(pattern).isFoundInBody(new BodyText(Buffer.from(text), []))).toBe(isFound);
    });
  }

  test("is found where V8's own engine finds it, as far as both know its syntax", () => {
    const atom = fc.constantFrom("a", "b", "c", "[ab]", ".", "(?:ab|c)", "\\b");
    const repeated = fc
      .tuple(atom, fc.constantFrom("", "", "?", "*", "+", "{2}"))
      .filter(([piece, repetition]) => piece !== "\\b" || repetition === "")
      .map((pieces) => pieces.join(""));
    const source = fc.array(repeated, { minLength: 1, maxLength: 6 }).map((pieces) => pieces.join(""));
    fc.assert(
      fc.property(source, fc.stringMatching(/^[abc \n]{0,12}$/), (pattern, text) => {
        const found = new RegExp(pattern).test(text);
        expect(compilePattern(pattern).isFoundIn(text)).toBe(found);
        expect(compilePattern(pattern).isFoundInBody(new BodyText(Buffer.from(text), []))).toBe(found);
      }),
      { numRuns: 3000 },
    );
  });
});

describe("a pattern that would take others for ever is searched in a moment", () => {
  const cases: readonly (readonly [pattern: string, text: string])[] = [
    ["<button.*>?STAY.*UPDATED.*</button>", "<button ".repeat(megabyte / 8)],
    ["(a+)+$", `${"a".repeat(megabyte)}!`],
    ["(x+x+)+y", "x".repeat(megabyte)],
    ["(a|aa)+$", `${"a".repeat(megabyte)}b`],
    ["(.*a){20}!", "a".repeat(megabyte)],
    ["^(\\w+\\s?)*$", `${"word ".repeat(200_000)}!`],
    ["(?i)(a?){50}a{50}[xy]", "a".repeat(megabyte)],
  ];
  for (const [pattern, text] of cases) {
    // The time limit of the test is the assertion: backtracking would not end within a lifetime.
    test(pattern, () => {
      expect(compilePattern(pattern).isFoundIn(text)).toBe(false);
    });
  }
});

describe("a pattern that can't be used is refused with position and reason", () => {
  const refused: readonly (readonly [pattern: string, reason: RegExp])[] = [
    ["ab(c", /missing closing \) at character 3: \(c/],
    ["(a)[)]\\)b)", /unexpected \) at character 10/],
    ["(a(b)", /missing closing \) at character 1: /],
    ["[a", /missing closing \] at character 1/],
    ["ab*a**", /nested repetition operator at character 5/],
    ["*a", /missing argument to repetition operator at character 1/],
    ["a{1001}", /repeat count at character 2/],
    ["x(?=y)", /^lookahead is not supported at character 2: \(\?=y\) \(write/],
    ["x(?!y)", /^negative lookahead is not supported at character 2: .*bodyLacks/],
    ["(?<=a)b", /^lookbehind is not supported at character 1: /],
    ["(?<!a)b", /^negative lookbehind is not supported at character 1: .*regexpExpected: absent/],
    ["\\(?=(?=y)", /lookahead is not supported at character 5/],
    ["[(?=](?>a)", /atomic group is not supported at character 6/],
    ["\\++b++", /^possessive repetition is not supported at character 5: \+\+/],
    ["a{2}++", /possessive repetition is not supported at character 2: \{2\}\+\+/],
    ["\\+\\**b**", /nested repetition operator at character 7: \*\*/],
    ["[a{2,1}]a{2,1}", /repeat count at character 10/],
    ["/ok/i", /slashes and flags .* write \(\?i\)ok, or \\\/ok\/i where/],
    ["/a b/gs", /write \(\?s\)a b, or/],
    ["(a)\\1", /backreference is not supported at character 4/],
    ["a\\", /trailing backslash/],
    ["[z-a]", /character class range at character 2/],
    ["((a{100}){10}){5}b{9}", /too large: \d+ instructions|repeat count/],
  ];
  for (const [pattern, reason] of refused) {
    test(pattern, () => {
      expect(() => compilePattern(pattern)).toThrow(PatternError);
      expect(() => compilePattern(pattern)).toThrow(reason);
    });
  }
});

test("what a pattern remembers of hostile text stays small", () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc");
  let state = 1;
  const text = Array.from({ length: 200_000 }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return state % 2 === 0 ? "a" : "b";
  }).join("");
  collect();
  const before = process.memoryUsage().heapUsed;
  const patterns = Array.from({ length: 20 }, (_, index) => compilePattern(`a[ab]{${index + 15}}[cd]`));
  for (const pattern of patterns) pattern.isFoundIn(text);
  collect();
  const eachBytes = (process.memoryUsage().heapUsed - before) / patterns.length;
  expect(patterns[0]?.isFoundIn("c")).toBe(false);
  expect(eachBytes).toBeLessThan(megabyte);
});

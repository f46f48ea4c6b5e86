// JSONPath as RFC 9535 has it, held against what an expectation needs.
import type { JSONValue } from "json-p3";
import { describe, expect, test } from "vitest";
import { JsonPathError, parseJsonPath } from "../../../../src/core/checking/judging/json-path.ts";

describe("a JSON path", () => {
  const document = { a: { "b-c": [1, [2, 3]], "": 4, "it's": 5, "\u00fc": 6 }, constructor: 7 };
  const plain: readonly (readonly [path: string, values: readonly unknown[]])[] = [
    ["$", [document]],
    ["$.a.b-c[0]", [1]],
    ["$.a['b-c'][1][-1]", [3]],
    ['$["a"][""]', [4]],
    ["$.a['it\\'s']", [5]],
    ["$.a.\u00fc", [6]],
    ["$.a.b-c[*]", [1, [2, 3]]],
    ["$.a.b-c[1].*", [2, 3]],
    ["$.constructor", [7]],
    ["$.a.toString", []],
    ["$.a.b-c.length", []],
    ["$.a.b-c[9]", []],
    ["$.missing.more", []],
  ];
  for (const [path, values] of plain) {
    test(`${path} selects ${values.length} values`, () => {
      expect(selected(path, document)).toEqual(values);
    });
  }

  const more: readonly (readonly [path: string, values: readonly unknown[]])[] = [
    ["$['a']['\\u0062-c'][0]", [1]],
    ["$..b-c[0]", [1]],
    ["$.a.b-c[?@ == 1]", [1]],
    ["$.a.b-c[0:1]", [1]],
    ["$.a['', 'it\\'s']", [4, 5]],
    ["$[?match(@, '7|.')]", []],
    ["$['\\n']", []],
  ];
  for (const [path, values] of more) {
    test(`${path} selects ${values.length} values`, () => {
      expect(selected(path, document)).toEqual(values);
    });
  }

  for (const [path, reason] of [
    ["a.b", "expected '$', found 'a' at character 1"],
    ["", "incomplete at character 1"],
    ["$.", "incomplete at character 3"],
    ["$.a[", "unclosed bracketed selection at character 5"],
    ["$.a[01]", "leading zero in index selector at character 5"],
    ["$['\\q']", "character"],
    ["$.a ", "unexpected text at character 5"],
    ["$[?nope(@)]", "no such function 'nope' at character 4"],
    ["$[?count(@..*..*) > 1]", "a query inside a filter may have one descendant segment"],
    ["$[?@[*,*,*][*,*]]", "select each value 4 times"],
    ["$[?(@[?@..a..b])]", "a query inside a filter"],
  ] as const) {
    test(`${path} is refused with its position`, () => {
      expect(() => parseJsonPath(path)).toThrow(JsonPathError);
      expect(() => parseJsonPath(path)).toThrow(reason);
    });
  }

  test("compares text by a regular expression in linear time", () => {
    const text = "a".repeat(50_000);
    expect(selected("$[?match(@, '(a+)+b')]", [text])).toEqual([]);
    expect(selected("$[?search(@, '(a+)+$')]", [text])).toEqual([text]);
    expect(selected("$[?match(@, 'a.c')]", ["abc", "xabc", "a\rc"])).toEqual(["abc"]);
  });

  test("says so where a document is nested too deeply for it, and selects nothing wrong", () => {
    const document = JSON.parse(`${"[".repeat(5000)}${"]".repeat(5000)}`);
    expect(() => selected("$..a", document)).toThrow(/recursion limit/);
  });
});

function selected(path: string, document: JSONValue): readonly unknown[] {
  return [...parseJsonPath(path).select(document)];
}

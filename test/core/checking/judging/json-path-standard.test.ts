// What RFC 9535 says of valid and invalid paths: its own examples, and every kind of escape. Wrong values selected
// silently are the worst that could happen.
import type { JSONValue } from "json-p3";
import { describe, expect, test } from "vitest";
import { JsonPathError, parseJsonPath } from "../../../../src/core/checking/judging/json-path.ts";

function selected(path: string, document: JSONValue): readonly JSONValue[] {
  return [...parseJsonPath(path).select(document)];
}

/** RFC 9535, section 1.5. */
const store: JSONValue = {
  store: {
    book: [
      { category: "reference", author: "Nigel Rees", title: "Sayings of the Century", price: 8.95 },
      { category: "fiction", author: "Evelyn Waugh", title: "Sword of Honour", price: 12.99 },
      {
        category: "fiction",
        author: "Herman Melville",
        title: "Moby Dick",
        isbn: "0-553-21311-3",
        price: 8.99,
      },
      {
        category: "fiction",
        author: "J. R. R. Tolkien",
        title: "The Lord of the Rings",
        isbn: "0-395-19395-8",
        price: 22.99,
      },
    ],
    bicycle: { color: "red", price: 399 },
  },
};

/** RFC 9535, section 2.3.5.3. */
const filtered: JSONValue = {
  a: [3, 5, 1, 2, 4, 6, { b: "j" }, { b: "k" }, { b: {} }, { b: "kilo" }],
  o: { p: 1, q: 2, r: 3, s: 5, t: { u: 6 } },
  e: "f",
};

describe("the standard's examples", () => {
  const examples: readonly (readonly [path: string, document: JSONValue, values: readonly JSONValue[]])[] = [
    ["$.store.book[*].author", store, ["Nigel Rees", "Evelyn Waugh", "Herman Melville", "J. R. R. Tolkien"]],
    ["$..author", store, ["Nigel Rees", "Evelyn Waugh", "Herman Melville", "J. R. R. Tolkien"]],
    ["$.store..price", store, [8.95, 12.99, 8.99, 22.99, 399]],
    ["$..book[2].author", store, ["Herman Melville"]],
    ["$..book[2].publisher", store, []],
    ["$..book[-1].title", store, ["The Lord of the Rings"]],
    ["$..book[0,1].price", store, [8.95, 12.99]],
    ["$..book[:2].price", store, [8.95, 12.99]],
    ["$..book[?@.isbn].price", store, [8.99, 22.99]],
    ["$..book[?@.price<10].title", store, ["Sayings of the Century", "Moby Dick"]],
    ["$.a[?@.b == 'kilo']", filtered, [{ b: "kilo" }]],
    ["$.a[?(@.b == 'kilo')]", filtered, [{ b: "kilo" }]],
    ["$.a[?@>3.5]", filtered, [5, 4, 6]],
    ["$.a[?@.b]", filtered, [{ b: "j" }, { b: "k" }, { b: {} }, { b: "kilo" }]],
    ['$.a[?@<2 || @.b == "k"]', filtered, [1, { b: "k" }]],
    ['$.a[?match(@.b, "[jk]")]', filtered, [{ b: "j" }, { b: "k" }]],
    ['$.a[?search(@.b, "[jk]")]', filtered, [{ b: "j" }, { b: "k" }, { b: "kilo" }]],
    ["$.o[?@>1 && @<4]", filtered, [2, 3]],
    ["$.o[?@.u || @.x]", filtered, [{ u: 6 }]],
    ["$.a[?@.b == $.x]", filtered, [3, 5, 1, 2, 4, 6]],
    ["$[1:3]", ["a", "b", "c", "d", "e", "f", "g"], ["b", "c"]],
    ["$[5:]", ["a", "b", "c", "d", "e", "f", "g"], ["f", "g"]],
    ["$[1:5:2]", ["a", "b", "c", "d", "e", "f", "g"], ["b", "d"]],
    ["$[5:1:-2]", ["a", "b", "c", "d", "e", "f", "g"], ["f", "d"]],
    ["$[::-1]", ["a", "b", "c"], ["c", "b", "a"]],
    ["$[?length(@) == 2]", ["ab", "\u{1f600}x", "abc", [1, 2]], ["ab", "\u{1f600}x", [1, 2]]],
    ["$[?count(@.*) == 1]", [[1], [1, 2]], [[1]]],
    ["$[?value(@..c) == 1]", [{ c: 1 }, { b: { c: 1 } }, { c: 1, b: { c: 2 } }], [{ c: 1 }, { b: { c: 1 } }]],
  ];
  for (const [path, document, values] of examples) {
    test(path, () => {
      expect(selected(path, document)).toEqual(values);
    });
  }
});

describe("a name may be written with the escapes of JSON", () => {
  const escapes: readonly (readonly [written: string, name: string])[] = [
    ["'\\b'", "\b"],
    ["'\\t'", "\t"],
    ["'\\n'", "\n"],
    ["'\\f'", "\f"],
    ["'\\r'", "\r"],
    ["'\\/'", "/"],
    ["'\\\\'", "\\"],
    ["'\\''", "'"],
    ['"\\""', '"'],
    ["'\"'", '"'],
    ["'\\u263a'", "\u263a"],
    ["'\\u263A'", "\u263a"],
    ["'\\uD834\\uDD1E'", "\u{1d11e}"],
    ["'\u{1d11e}'", "\u{1d11e}"],
  ];
  for (const [written, name] of escapes) {
    test(`$[${written}]`, () => {
      expect(selected(`$[${written}]`, { [name]: "right", n: "wrong", b: "wrong" })).toEqual(["right"]);
    });
  }
});

describe("what the standard does not allow is refused", () => {
  for (const path of [
    "$['\\a']",
    "$['\\x41']",
    "$['\\\"']",
    '$["\\\'"]',
    "$['\\uD834']",
    "$['\\uDD1E']",
    "$['\\uD834\\u0041']",
    "$['\\u12']",
    "$['\u0000']",
    "$['\n']",
    "$['\u001f']",
    "$['a",
    "$['a\"]",
    "$[a]",
    "$.1a",
    "$.-a",
    "$.a.",
    "$a",
    " $",
    "$ ",
    "$.'a'",
    "$. a",
    "$.. a",
    "$..",
    "$...a",
    "$[]",
    "$[1,]",
    "$[,1]",
    "$[-0]",
    "$[1.0]",
    "$[1e1]",
    "$[+1]",
    "$[01]",
    "$[9007199254740992]",
    "$[1:2:3:4]",
    "$[1:01]",
    "$[-0:]",
    "$[?]",
    "$[?()]",
    "$[?@.a = 1]",
    "$[?@.a === 1]",
    "$[?1]",
    "$[?'a']",
    "$[?true]",
    "$[?@.* == 1]",
    "$[?@..a == 1]",
    "$[?!@.a == 1]",
    "$[?@.a == 01]",
    "$[?@.a == .1]",
    "$[?@.a == 1.]",
    "$[?@.a == True]",
    "$[?length(@.*) == 1]",
    "$[?length(@)]",
    "$[?count(1) == 1]",
    "$[?count() == 1]",
    "$[?match(@.a, 'a') == true]",
    "$[?value(@.a)]",
    "$[?@.a == !@.b]",
    "$[?@.a and @.b]",
    "$[?count (@.*) == 1]",
  ]) {
    test(JSON.stringify(path), () => {
      expect(() => parseJsonPath(path)).toThrow(JsonPathError);
    });
  }
});

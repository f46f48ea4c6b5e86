import { RE2JS } from "re2js";
import { expect, test } from "vitest";
import { compileOnce } from "../../../../src/core/checking/judging/compile-once.ts";
import { patternOf } from "../../../../src/core/checking/judging/pattern.ts";
import { limitRememberedBytes } from "../../../../src/core/checking/judging/pattern-memory.ts";

test("a pattern that many sites share is compiled once", () => {
  expect(patternOf("shared [p]attern")).toBe(patternOf("shared [p]attern"));
});

test("the least recently used is forgotten beyond the limit", () => {
  const compiled: string[] = [];
  const compile = compileOnce((source) => {
    compiled.push(source);
    return { source };
  }, 2);
  for (const source of ["a", "b", "a", "c", "a", "b"]) compile(source);
  expect(compiled).toEqual(["a", "b", "c", "b"]);
});

test("re2js still has the private fields by which the memory of a pattern is limited", () => {
  expect(limitRememberedBytes(RE2JS.compile("a[ab]{9}"))).toBe(true);
});

/** Replacements for JSONPath filter functions of the library json-p3 whose own versions are unsafe or incorrect. */
import { jsonpath, Nothing } from "json-p3";
import { compileOnce } from "./compile-once.ts";
import { compilePattern, PatternError } from "./pattern.ts";

const { LogicalType, ValueType } = jsonpath.FunctionExpressionType;

/**
 * `match` and `search` of RFC 9535, sections 2.4.6 and 2.4.7. The library uses V8's backtracking engine, which can take
 * exponential time for one pattern. RE2 takes linear time.
 */
class LinearRegularExpression implements jsonpath.FilterFunction {
  readonly argTypes = [ValueType, ValueType];
  readonly returnType = LogicalType;
  readonly #envelope: (pattern: string) => string;

  constructor(envelope: (pattern: string) => string) {
    this.#envelope = envelope;
  }

  /** Returns false when an argument is not a string or the pattern is invalid, as RFC 9535 requires. */
  call(text: unknown, pattern: unknown): boolean {
    if (typeof text !== "string" || typeof pattern !== "string") return false;
    try {
      return linearPattern(this.#envelope(withoutLineBreakDots(pattern))).isFoundIn(text);
    } catch (error) {
      if (error instanceof PatternError) return false;
      throw error;
    }
  }
}

const linearPattern = compileOnce(compilePattern, 64);

/** In an I-Regexp a dot matches neither a line feed nor a carriage return (RFC 9485, section 5.3). */
function withoutLineBreakDots(pattern: string): string {
  return pattern.replaceAll(/\\.|\[(?:\\.|[^\]\\])*\]|\./gsu, (piece) =>
    piece === "." ? "[^\\n\\r]" : piece,
  );
}

/** `length` of RFC 9535, section 2.4.4: counts Unicode characters, where the library counts UTF-16 units. */
class Length implements jsonpath.FilterFunction {
  readonly argTypes = [ValueType];
  readonly returnType = ValueType;

  call(value: unknown): unknown {
    if (typeof value === "string") return [...value].length;
    if (Array.isArray(value)) return value.length;
    return typeof value === "object" && value !== null ? Object.keys(value).length : Nothing;
  }
}

export const jsonPathFunctions: readonly (readonly [name: string, jsonpath.FilterFunction])[] = [
  ["match", new LinearRegularExpression((pattern) => `\\A(?:${pattern})\\z`)],
  ["search", new LinearRegularExpression((pattern) => pattern)],
  ["length", new Length()],
];

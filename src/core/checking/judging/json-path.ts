/** JSONPath (RFC 9535), by the library json-p3; only its two functions over regular expressions are ours. */
import {
  JSONPathEnvironment,
  JSONPathQuery,
  type JSONValue,
  jsonpath,
  JSONPathError as LibraryError,
} from "json-p3";
import { compileOnce } from "./compile-once.ts";
import { compilePattern, PatternError } from "./pattern.ts";

export interface JsonPath {
  readonly source: string;
  /** Whether its time grows with the document alone: names, indexes, wildcards and slices, one in each segment. */
  readonly isLinear: boolean;
  /** Values a document may have, so that the nodes that a filter's own queries collect stay in memory. */
  readonly maxValues: number;
  /**
   * The values the path selects, in the order of RFC 9535, worked out as they are asked for.
   * Throws `JsonPathError` where the document is nested too deeply or is too large for the path.
   */
  select(document: JSONValue): Iterable<JSONValue>;
}

/** The reason names the position, counted from 1. */
export class JsonPathError extends Error {
  override readonly name = "JsonPathError";
}

const KEPT_PATHS = 256;

/** A value that was parsed takes some 50 bytes. */
const MAX_VALUES = 2_000_000;
/** A node that a filter's query collects takes some 500 bytes, and each value may be collected so many times. */
const MAX_FILTERED_VALUES = 100_000;
const MAX_NODES_PER_VALUE = 4;

/** The path of this text, parsed once. Throws `JsonPathError`. */
export const jsonPathOf: (source: string) => JsonPath = compileOnce(parseJsonPath, KEPT_PATHS);

/**
 * `match` and `search` of RFC 9535, section 2.4.6 and 2.4.7. The library uses V8's backtracking engine, which one
 * pattern can keep busy for ever; RE2 takes linear time.
 */
class LinearRegularExpression implements jsonpath.FilterFunction {
  readonly argTypes = [jsonpath.FunctionExpressionType.ValueType, jsonpath.FunctionExpressionType.ValueType];
  readonly returnType = jsonpath.FunctionExpressionType.LogicalType;
  readonly #envelope: (pattern: string) => string;

  constructor(envelope: (pattern: string) => string) {
    this.#envelope = envelope;
  }

  /** False where an argument is no text or the pattern is invalid, as the standard has it. */
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

const linearPattern = compileOnce(compilePattern, KEPT_PATHS);

/** In an I-Regexp a dot is neither a line feed nor a carriage return (RFC 9485, section 5.3). */
function withoutLineBreakDots(pattern: string): string {
  return pattern.replaceAll(/\\.|\[(?:\\.|[^\]\\])*\]|\./gsu, (piece) =>
    piece === "." ? "[^\\n\\r]" : piece,
  );
}

const environment = new JSONPathEnvironment();
environment.functionRegister.set("match", new LinearRegularExpression((pattern) => `\\A(?:${pattern})\\z`));
environment.functionRegister.set("search", new LinearRegularExpression((pattern) => pattern));

/** Throws `JsonPathError`. */
export function parseJsonPath(source: string): JsonPath {
  const query = refusing(() => environment.compile(source));
  const filterQueries = query.segments.flatMap((segment) => segment.selectors.flatMap(queriesWithin));
  if (filterQueries.some(collectsTooMuch)) {
    throw new JsonPathError(
      "a query inside a filter may have one descendant segment (..) and select each value 4 times at most",
    );
  }
  return {
    source,
    isLinear: query.segments.every(isLinear),
    maxValues: query.segments.some(hasFilter) ? MAX_FILTERED_VALUES : MAX_VALUES,
    *select(document) {
      const nodes = query.lazyQuery(document);
      for (;;) {
        const { done, value } = refusing(() => nodes.next());
        if (done === true) return;
        yield value.value;
      }
    },
  };
}

function isLinear(segment: jsonpath.JSONPathSegment): boolean {
  return !isDescendant(segment) && segment.selectors.length === 1 && !hasFilter(segment);
}

function isDescendant(segment: jsonpath.JSONPathSegment): boolean {
  return segment.toString().startsWith("..");
}

function hasFilter({ selectors }: jsonpath.JSONPathSegment): boolean {
  return selectors.some((selector) => selector instanceof jsonpath.selectors.FilterSelector);
}

/** The queries in a filter expression, those in their own filters included. */
function queriesWithin(part: unknown): readonly JSONPathQuery[] {
  if (Array.isArray(part)) return part.flatMap(queriesWithin);
  if (part instanceof jsonpath.JSONPathSegment) return queriesWithin(part.selectors);
  if (part instanceof jsonpath.selectors.FilterSelector) return queriesWithin(part.expression);
  if (part instanceof JSONPathQuery) return [part, ...queriesWithin(part.segments)];
  return part instanceof jsonpath.expressions.FilterExpression ? queriesWithin(Object.values(part)) : [];
}

function collectsTooMuch({ segments }: JSONPathQuery): boolean {
  const perValue = segments.reduce((product, { selectors }) => product * selectors.length, 1);
  return segments.filter(isDescendant).length > 1 || perValue > MAX_NODES_PER_VALUE;
}

function refusing<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof LibraryError) throw new JsonPathError(describe(error));
    // The library's recursion, or its call with an array of arguments, needs more than the stack.
    if (error instanceof RangeError)
      throw new JsonPathError("the document is too large or too deeply nested");
    throw error;
  }
}

/** The library counts from 0 and names the position in its own form at the end of the message. */
function describe({ message, token }: LibraryError): string {
  if (message.startsWith("can't backup")) return `incomplete at character ${token.index + 1}`;
  if (message.includes("TOKEN_")) return `unexpected text at character ${token.index + 1}`;
  const reason = message.replace(/ \('.*$/su, "");
  return `${reason} at character ${token.index + 1}`;
}

/** JSONPath (RFC 9535) with the library json-p3, limited in time and memory. */
import {
  JSONPathEnvironment,
  JSONPathQuery,
  type JSONValue,
  jsonpath,
  JSONPathError as LibraryError,
} from "json-p3";
import { compileOnce } from "./compile-once.ts";
import { jsonPathFunctions } from "./json-path-functions.ts";

export interface JsonPath {
  readonly source: string;
  /** Whether evaluation takes time linear in the document: each segment has one name, index, wildcard or slice. */
  readonly isLinear: boolean;
  /** Largest number of values in a document. It bounds the memory for nodes that queries inside filters collect. */
  readonly maxValues: number;
  /**
   * Selects values lazily, in the order of RFC 9535.
   * Throws `JsonPathError` when the document is nested too deeply or is too large for the path.
   */
  select(document: JSONValue): Iterable<JSONValue>;
}

/** An invalid path, or a document that exceeds a limit. The reason names the position, counted from 1. */
export class JsonPathError extends Error {
  override readonly name = "JsonPathError";
}

const KEPT_PATHS = 256;

/** A parsed value takes about 50 bytes. */
const MAX_VALUES = 2_000_000;
/** A node that a query inside a filter collects takes about 500 bytes; it may collect each value several times. */
const MAX_FILTERED_VALUES = 100_000;
const MAX_NODES_PER_VALUE = 4;

/** Parses a path, or returns it from the cache. Throws `JsonPathError`. */
export const jsonPathOf: (source: string) => JsonPath = compileOnce(parseJsonPath, KEPT_PATHS);

const environment = new JSONPathEnvironment();
for (const [name, ourFunction] of jsonPathFunctions) environment.functionRegister.set(name, ourFunction);

/** Parses and validates a path. Throws `JsonPathError`. */
export function parseJsonPath(source: string): JsonPath {
  const query = refusing(() => environment.compile(source));
  const expressions = expressionsWithin(query);
  if (expressions.some(comparesTruths)) {
    throw new JsonPathError("a comparison needs a value on each side: write !(a == b), not !a == b");
  }
  if (expressions.some(collectsTooMuch)) {
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

/** All filter expressions in a part of a path, including those of nested queries. */
function expressionsWithin(part: unknown): readonly jsonpath.expressions.FilterExpression[] {
  if (Array.isArray(part)) return part.flatMap(expressionsWithin);
  if (part instanceof jsonpath.JSONPathSegment) return expressionsWithin(part.selectors);
  if (part instanceof jsonpath.selectors.FilterSelector) return expressionsWithin(part.expression);
  if (part instanceof JSONPathQuery) return expressionsWithin(part.segments);
  if (!(part instanceof jsonpath.expressions.FilterExpression)) return [];
  return [part, ...expressionsWithin(Object.values(part))];
}

/** RFC 9535 does not allow comparing the result of a logical expression; the library accepts it silently. */
function comparesTruths(expression: jsonpath.expressions.FilterExpression): boolean {
  const { InfixExpression, PrefixExpression } = jsonpath.expressions;
  if (!(expression instanceof InfixExpression) || expression.logical) return false;
  return [expression.left, expression.right].some(
    (side) => side instanceof InfixExpression || side instanceof PrefixExpression,
  );
}

function collectsTooMuch(expression: jsonpath.expressions.FilterExpression): boolean {
  if (!(expression instanceof jsonpath.expressions.FilterQuery)) return false;
  const { segments } = expression.path;
  const perValue = segments.reduce((product, { selectors }) => product * selectors.length, 1);
  return segments.filter(isDescendant).length > 1 || perValue > MAX_NODES_PER_VALUE;
}

function refusing<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof LibraryError) throw new JsonPathError(describe(error));
    // The library recurses, or passes an array as arguments, beyond the stack limit.
    if (error instanceof RangeError)
      throw new JsonPathError("the document is too large or too deeply nested");
    throw error;
  }
}

/** Rewrites a message of the library, which counts positions from 0 and appends them in its own format. */
function describe({ message, token }: LibraryError): string {
  if (message.startsWith("can't backup")) return `incomplete at character ${token.index + 1}`;
  if (message.includes("TOKEN_")) return `unexpected text at character ${token.index + 1}`;
  const reason = message.replace(/ \('.*$/su, "");
  return `${reason} at character ${token.index + 1}`;
}

/** JSONPath (RFC 9535), by the library json-p3, within bounds of time and memory. */
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

const environment = new JSONPathEnvironment();
for (const [name, ourFunction] of jsonPathFunctions) environment.functionRegister.set(name, ourFunction);

/** Throws `JsonPathError`. */
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

/** The expressions in a part of a path, those in filters of their own queries included. */
function expressionsWithin(part: unknown): readonly jsonpath.expressions.FilterExpression[] {
  if (Array.isArray(part)) return part.flatMap(expressionsWithin);
  if (part instanceof jsonpath.JSONPathSegment) return expressionsWithin(part.selectors);
  if (part instanceof jsonpath.selectors.FilterSelector) return expressionsWithin(part.expression);
  if (part instanceof JSONPathQuery) return expressionsWithin(part.segments);
  if (!(part instanceof jsonpath.expressions.FilterExpression)) return [];
  return [part, ...expressionsWithin(Object.values(part))];
}

/** The standard's grammar has no comparison with a truth that was worked out, and the library takes it silently. */
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

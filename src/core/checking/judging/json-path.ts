/**
 * The part of JSONPath (RFC 9535) an assertion needs: names, indexes and wildcards. Filters and descendants are left
 * out: with them a path from a stranger can cost more than linear time on a body from a stranger.
 */

type Selector = { readonly name: string } | { readonly index: number } | "wildcard";

export interface JsonPath {
  readonly source: string;
  /** The values the path selects, in document order. */
  select(document: unknown): readonly unknown[];
}

/** Thrown by `parseJsonPath`: the reason names the position, counted from 1. */
export class JsonPathError extends Error {
  override readonly name = "JsonPathError";
}

const SEGMENT =
  /\.(?<shorthand>[\p{L}_\u0080-\u{10ffff}][\p{L}\p{N}_\u0080-\u{10ffff}-]*)|\[\s*(?<index>-?(?:0|[1-9]\d{0,9}))\s*\]|\[\s*'(?<single>(?:[^'\\]|\\.)*)'\s*\]|\[\s*"(?<double>(?:[^"\\]|\\.)*)"\s*\]|(?<wildcard>\.\*|\[\s*\*\s*\])/uy;

/** Throws `JsonPathError`. */
export function parseJsonPath(source: string): JsonPath {
  if (!source.startsWith("$")) throw new JsonPathError("must begin with $");
  const selectors: Selector[] = [];
  let position = 1;
  while (position < source.length) {
    SEGMENT.lastIndex = position;
    const match = SEGMENT.exec(source);
    if (match === null) {
      throw new JsonPathError(
        `not understood from character ${position + 1} on: ${source.slice(position)} (names, indexes and wildcards are, such as $.items[*].id)`,
      );
    }
    selectors.push(selectorOf(match.groups ?? {}));
    position = SEGMENT.lastIndex;
  }
  return { source, select: (document) => selectors.reduce<readonly unknown[]>(selectAll, [document]) };
}

function selectorOf(groups: Readonly<Record<string, string | undefined>>): Selector {
  if (groups.wildcard !== undefined) return "wildcard";
  if (groups.index !== undefined) return { index: Number(groups.index) };
  const quoted = groups.single ?? groups.double;
  return { name: quoted === undefined ? (groups.shorthand ?? "") : quoted.replaceAll(/\\(.)/gu, "$1") };
}

function selectAll(values: readonly unknown[], selector: Selector): readonly unknown[] {
  return values.flatMap((value) => selectOne(value, selector));
}

function selectOne(value: unknown, selector: Selector): readonly unknown[] {
  if (typeof value !== "object" || value === null) return [];
  if (selector === "wildcard") return Object.values(value);
  if ("name" in selector) {
    return !Array.isArray(value) && Object.hasOwn(value, selector.name)
      ? [Reflect.get(value, selector.name)]
      : [];
  }
  if (!Array.isArray(value)) return [];
  const index = selector.index < 0 ? value.length + selector.index : selector.index;
  return index >= 0 && index < value.length ? [value[index]] : [];
}

/** Expectations of a response's body, headers and final URL. Plain data that can be sent to another thread. */
import { BodyText } from "./body-text.ts";
import { jsonPathOf } from "./json-path.ts";
import { patternOf } from "./pattern.ts";

/** Text that must equal a string or match a pattern. */
export type TextExpectation = { readonly equals: string } | { readonly matches: string };

export type JsonValueExpectation =
  | { readonly equals: string | number | boolean | null }
  | { readonly matches: string };

/** Patterns and JSON paths are valid source text. */
export interface ResponseExpectations {
  readonly finalUrl: TextExpectation | null;
  readonly headers: readonly { readonly name: string; readonly value: TextExpectation }[];
  readonly bodyContains: readonly string[];
  readonly bodyLacks: readonly string[];
  readonly json: readonly { readonly path: string; readonly value: JsonValueExpectation }[];
  readonly regexp: { readonly pattern: string; readonly present: boolean } | null;
}

/** The part of a response that the expectations concern. */
export interface SearchedResponse {
  readonly finalUrl: string;
  /** The values of the expected headers and of Content-Type; names in lower case. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly body: Uint8Array;
  readonly bodyTruncated: boolean;
}

export function bodyTextOf({ body, headers }: SearchedResponse): BodyText {
  return new BodyText(body, headers.get("content-type") ?? []);
}

/** Patterns search at most this many UTF-16 units of a header or URL. */
export const SEARCHED_HEADER_LENGTH = 8192;

/** Measured worst case (Node.js 24, x64), rounded up: every character creates an automaton state. */
const PATTERN_NS_PER_INSTRUCTION = 50;
/** Worst case: a text that almost matches at every byte. */
const TEXT_NS_PER_CHARACTER = 0.2;
const DECODING_NS = 3;
const JSON_NS = 30;

/**
 * Estimates the longest time a search can take, in nanoseconds. Errs on the high side. Infinite when the time does not
 * depend on the sizes alone.
 */
export function worstSearchNs(
  response: SearchedResponse,
  expectations: ResponseExpectations,
  body = bodyTextOf(response),
): number {
  const { finalUrl, headers } = expectations;
  let worstNs = response.body.byteLength * worstNsPerBodyByte(expectations);
  if (expectations.regexp !== null) worstNs += worstRegexpNs(body, expectations.regexp.pattern);
  if (finalUrl !== null) worstNs += response.finalUrl.length * worstNsPerCharacter(finalUrl);
  for (const { name, value } of headers) {
    for (const found of response.headers.get(name) ?? []) {
      worstNs += Math.min(found.length, SEARCHED_HEADER_LENGTH) * worstNsPerCharacter(value);
    }
  }
  return worstNs;
}

function worstNsPerBodyByte({ bodyContains, bodyLacks, json }: ResponseExpectations): number {
  if (bodyContains.length + bodyLacks.length + json.length === 0) return 0;
  let worstNs = DECODING_NS;
  for (const text of [...bodyContains, ...bodyLacks]) worstNs += 1 + text.length * TEXT_NS_PER_CHARACTER;
  if (json.length > 0) worstNs += JSON_NS;
  for (const { path, value } of json) {
    if (!jsonPathOf(path).isLinear) return Number.POSITIVE_INFINITY;
    worstNs += JSON_NS + ("matches" in value ? worstNsPerCharacter(value) : 0);
  }
  return worstNs;
}

function worstRegexpNs(body: BodyText, source: string): number {
  const { size, beginning } = patternOf(source);
  const { sizeBytes } = body;
  if (size === 0) return sizeBytes * (DECODING_NS + worstNsPerCharacter({ matches: source }));
  const searchedBytes = PRINTABLE_ASCII.test(beginning) ? body.bytesFrom(beginning) : sizeBytes;
  const decodedBytes = body.isDecodedInParts ? searchedBytes : sizeBytes;
  return decodedBytes * DECODING_NS + searchedBytes * size * PATTERN_NS_PER_INSTRUCTION;
}

const PRINTABLE_ASCII = /^[ -~]+$/;

function worstNsPerCharacter(value: TextExpectation | JsonValueExpectation): number {
  if (!("matches" in value)) return 1;
  const { size, source } = patternOf(value.matches);
  return size === 0 ? 1 + source.length * TEXT_NS_PER_CHARACTER : size * PATTERN_NS_PER_INSTRUCTION;
}

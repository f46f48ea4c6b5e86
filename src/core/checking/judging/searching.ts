/** Checks a response's body, headers and final URL against the expectations. Pure; the only slow part of judging. */
import type { JSONValue } from "json-p3";
import type { BodyText } from "./body-text.ts";
import { degraded, describe, failed, type JudgedFailure, quote } from "./failed-expectation.ts";
import { JsonPathError, jsonPathOf } from "./json-path.ts";
import { patternOf } from "./pattern.ts";
import {
  bodyTextOf,
  type JsonValueExpectation,
  type ResponseExpectations,
  SEARCHED_HEADER_LENGTH,
  type SearchedResponse,
  type TextExpectation,
} from "./response-expectations.ts";
import { shorten } from "./shortening.ts";

export interface SearchOutcome {
  readonly failures: readonly JudgedFailure[];
  /** Null when the site has no pattern or the search was stopped. */
  readonly regexpMatched: boolean | null;
}

/** Never throws because of a response's content. */
export function searchResponse(
  response: SearchedResponse,
  expectations: ResponseExpectations,
  body = bodyTextOf(response),
): SearchOutcome {
  const failures = [...searchFinalUrl(response, expectations), ...searchHeaders(response, expectations)];
  const { bodyContains, bodyLacks, json, regexp } = expectations;
  if (regexp === null && bodyContains.length + bodyLacks.length + json.length === 0) {
    return { failures, regexpMatched: null };
  }
  failures.push(...searchTexts(body, response, expectations), ...searchJson(body, response, expectations));
  if (regexp === null) return { failures, regexpMatched: null };
  const regexpMatched = patternOf(regexp.pattern).isFoundInBody(body);
  const failure = judgeRegexp(regexpMatched, regexp, body, response);
  if (failure !== null) failures.push(failure);
  return { failures, regexpMatched };
}

function* searchFinalUrl(
  response: SearchedResponse,
  { finalUrl }: ResponseExpectations,
): Generator<JudgedFailure> {
  if (finalUrl === null || holds(finalUrl, response.finalUrl)) return;
  yield failed("final_url_mismatch", "final URL", describe(finalUrl), quote(response.finalUrl));
}

function* searchHeaders(
  response: SearchedResponse,
  { headers }: ResponseExpectations,
): Generator<JudgedFailure> {
  for (const { name, value } of headers) {
    const values = response.headers.get(name) ?? [];
    if (values.some((found) => holds(value, found))) continue;
    const found = values.length === 0 ? "no such header" : values.map(quote).join(", ");
    yield failed("header_mismatch", `header ${name}`, describe(value), found);
  }
}

function holds(expected: TextExpectation, found: string): boolean {
  return "equals" in expected
    ? found === expected.equals
    : patternOf(expected.matches).isFoundIn(found.slice(0, SEARCHED_HEADER_LENGTH));
}

function* searchTexts(
  body: BodyText,
  response: SearchedResponse,
  { bodyContains, bodyLacks }: ResponseExpectations,
): Generator<JudgedFailure> {
  for (const wanted of bodyContains) {
    if (body.includes(wanted)) continue;
    yield failed("text_missing", "body contains", quote(wanted), missingIn(body, response));
  }
  for (const unwanted of bodyLacks) {
    const expected = `no ${quote(unwanted)}`;
    if (body.includes(unwanted)) yield failed("text_present", "body lacks", expected, presentIn(response));
    else if (response.bodyTruncated) yield notRuledOut("body lacks", expected, response);
  }
}

function judgeRegexp(
  matched: boolean,
  { pattern, present }: NonNullable<ResponseExpectations["regexp"]>,
  body: BodyText,
  response: SearchedResponse,
): JudgedFailure | null {
  const shown = `/${shorten(pattern, 200)}/`;
  if (present) {
    if (matched) return null;
    return failed("regexp_missing", "regexp", `a match of ${shown}`, missingIn(body, response));
  }
  const expected = `no match of ${shown}`;
  if (matched) return failed("regexp_present", "regexp", expected, presentIn(response));
  return response.bodyTruncated ? notRuledOut("regexp", expected, response) : null;
}

function notRuledOut(expectation: string, expected: string, response: SearchedResponse): JudgedFailure {
  const found = `none in ${searchedPart(response)}; the rest was not read (maxBodyBytes)`;
  return degraded("body_truncated", expectation, expected, found);
}

function missingIn(body: BodyText, response: SearchedResponse): string {
  return body.isEmpty
    ? "an empty body"
    : `not in ${searchedPart(response)}, which begins ${quote(body.beginning)}`;
}

function presentIn(response: SearchedResponse): string {
  return `found in ${searchedPart(response)}`;
}

function searchedPart({ body, bodyTruncated }: SearchedResponse): string {
  return bodyTruncated ? `the first ${body.byteLength} bytes of the body` : "the body";
}

function* searchJson(
  body: BodyText,
  { bodyTruncated }: SearchedResponse,
  { json }: ResponseExpectations,
): Generator<JudgedFailure> {
  if (json.length === 0) return;
  if (bodyTruncated) {
    yield failed("body_too_large", "JSON", "a complete document", "a body larger than maxBodyBytes");
    return;
  }
  const mostValues = mostJsonValues(body.whole);
  const isParsed = json.some(({ path }) => mostValues <= jsonPathOf(path).maxValues);
  const document = isParsed ? parseJson(body.whole) : undefined;
  for (const { path, value } of json) {
    const expectation = `JSON ${path}`;
    if (mostValues > jsonPathOf(path).maxValues) {
      yield tooLarge(expectation, value, "the document has too many values for this path");
    } else if (document === undefined) {
      const found = body.isEmpty ? "an empty body" : `no JSON: ${quote(body.beginning)}`;
      yield failed("json_mismatch", expectation, describe(value), found);
    } else {
      const failure = searchPath(path, value, document.value);
      if (failure !== null) yield failure;
    }
  }
}

function tooLarge(expectation: string, value: JsonValueExpectation, found: string): JudgedFailure {
  return degraded("search_limit", expectation, describe(value), found);
}

/** Upper bound of the values in a JSON text: each except the first follows a comma, a bracket or a brace. */
function mostJsonValues(text: string): number {
  let count = 1;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit === 0x2c || unit === 0x5b || unit === 0x7b) count += 1;
  }
  return count;
}

function parseJson(text: string): { readonly value: JSONValue } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

const SHOWN_VALUES = 5;

/** Returns null when one of the selected values satisfies the expectation. */
function searchPath(path: string, expected: JsonValueExpectation, document: JSONValue): JudgedFailure | null {
  const expectation = `JSON ${path}`;
  const shown: string[] = [];
  try {
    for (const value of jsonPathOf(path).select(document)) {
      if (jsonHolds(expected, value)) return null;
      if (shown.length < SHOWN_VALUES) shown.push(shorten(serialised(value), 200));
    }
  } catch (error) {
    if (error instanceof JsonPathError) return tooLarge(expectation, expected, error.message);
    throw error;
  }
  const found = shown.length === 0 ? "no such value" : shown.join(", ");
  return failed("json_mismatch", expectation, describe(expected), found);
}

function jsonHolds(expected: JsonValueExpectation, found: JSONValue): boolean {
  if ("equals" in expected) return found === expected.equals;
  return patternOf(expected.matches).isFoundIn(typeof found === "string" ? found : serialised(found));
}

function serialised(value: JSONValue): string {
  try {
    return JSON.stringify(value) ?? "undefined";
  } catch {
    // `JSON.parse` accepts nesting of a hundred thousand levels; `JSON.stringify` overflows the stack.
    return "a value nested too deeply";
  }
}

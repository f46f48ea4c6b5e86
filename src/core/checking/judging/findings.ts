/** What an expectation that did not hold leaves behind, and the words for it. */
import type { CheckErrorCode } from "../../../contract/check-error-code.ts";
import type { JsonValueExpectation, TextExpectation } from "./expectations.ts";
import { shorten } from "./shortening.ts";

/** Patterns are searched so far in headers and URLs; see `searchableBodyBytes` for bodies. */
const SEARCHED_TEXT_LIMIT = 8192;

/** One expectation that did not hold. */
export interface Finding {
  readonly verdict: "degraded" | "down";
  readonly code: CheckErrorCode;
  readonly assertion: string;
  readonly expected: string;
  readonly found: string;
}

export function finding(code: CheckErrorCode, assertion: string, expected: string, found: string): Finding {
  return { verdict: "down", code, assertion, expected, found };
}

export function degraded(code: CheckErrorCode, assertion: string, expected: string, found: string): Finding {
  return { verdict: "degraded", code, assertion, expected, found };
}

export function holds(expected: TextExpectation, found: string): boolean {
  return "equals" in expected
    ? found === expected.equals
    : expected.matches.isFoundIn(found.slice(0, SEARCHED_TEXT_LIMIT));
}

export function describe(expected: TextExpectation | JsonValueExpectation): string {
  if ("matches" in expected) return `a match of /${shorten(expected.matches.source, 200)}/`;
  return typeof expected.equals === "string" ? quote(expected.equals) : String(expected.equals);
}

export function quote(text: string): string {
  return JSON.stringify(shorten(text, 200));
}

/** Describes a failed expectation: the expected and the actual value. */
import type { CheckErrorCode } from "../../../contract/checks/check-error-code.ts";
import type { FailedExpectation } from "../../../contract/checks/check-result.ts";
import type { JsonValueExpectation, TextExpectation } from "./response-expectations.ts";
import { shorten } from "./shortening.ts";

/** A failed expectation with its verdict and error code. */
export interface JudgedFailure extends FailedExpectation {
  readonly verdict: "degraded" | "down";
  readonly code: CheckErrorCode;
}

export function failed(
  code: CheckErrorCode,
  expectation: string,
  expected: string,
  found: string,
): JudgedFailure {
  return { verdict: "down", code, expectation, expected, found };
}

export function degraded(
  code: CheckErrorCode,
  expectation: string,
  expected: string,
  found: string,
): JudgedFailure {
  return { verdict: "degraded", code, expectation, expected, found };
}

export function describe(expected: TextExpectation | JsonValueExpectation): string {
  if ("matches" in expected) return `a match of /${shorten(expected.matches, 200)}/`;
  return typeof expected.equals === "string" ? quote(expected.equals) : String(expected.equals);
}

export function quote(text: string): string {
  return JSON.stringify(shorten(text, 200));
}

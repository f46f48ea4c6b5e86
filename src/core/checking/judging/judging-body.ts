/** What is expected of a body: texts, JSON values, the site's pattern. */

import type { ProbeResponse } from "../ports.ts";
import { BodyText } from "./body-text.ts";
import { concernsBody, type Expectations, type JsonValueExpectation } from "./expectations.ts";
import { describe, failed, type JudgedFailure, quote } from "./failed-expectation.ts";
import { shorten } from "./shortening.ts";

/** Reports what the body lacks or has too much; returns whether the site's pattern was found. */
export function judgeBody(
  response: ProbeResponse,
  expectations: Expectations,
  report: (failure: JudgedFailure | null) => void,
): boolean | null {
  if (!concernsBody(expectations)) return null;
  const body = new BodyText(response.body, response.headers.get("content-type")?.[0]);
  const where = response.bodyTruncated
    ? `the first ${response.body.byteLength} bytes of the body`
    : "the body";
  const missing = (): string =>
    body.isEmpty ? "an empty body" : `not in ${where}, which begins ${quote(body.whole)}`;
  const present = `found in ${where}`;
  for (const wanted of expectations.bodyContains) {
    if (!body.includes(wanted)) report(failed("text_missing", "body contains", quote(wanted), missing()));
  }
  for (const unwanted of expectations.bodyLacks) {
    if (body.includes(unwanted))
      report(failed("text_present", "body lacks", `no ${quote(unwanted)}`, present));
  }
  judgeJson(body, response.bodyTruncated, expectations, report);
  const { regexp } = expectations;
  if (regexp === null) return null;
  const matched = regexp.pattern.isFoundInBody(body);
  if (matched === regexp.present) return matched;
  const pattern = `/${shorten(regexp.pattern.source, 200)}/`;
  report(
    matched
      ? failed("regexp_present", "regexp", `no match of ${pattern}`, present)
      : failed("regexp_missing", "regexp", `a match of ${pattern}`, missing()),
  );
  return matched;
}

function judgeJson(
  body: BodyText,
  truncated: boolean,
  { json }: Expectations,
  report: (failure: JudgedFailure | null) => void,
): void {
  if (json.length === 0) return;
  if (truncated) {
    report(failed("body_too_large", "JSON", "a complete document", "a body larger than maxBodyBytes"));
    return;
  }
  const document = parseJson(body.whole);
  for (const { path, value } of json) {
    const expectation = `JSON ${path.source}`;
    if (document === undefined) {
      report(
        failed(
          "json_mismatch",
          expectation,
          describe(value),
          body.isEmpty ? "an empty body" : `no JSON: ${quote(body.whole)}`,
        ),
      );
      continue;
    }
    const values = path.select(document.value);
    if (values.some((found) => jsonHolds(value, found))) continue;
    const found =
      values.length === 0
        ? "no such value"
        : values
            .slice(0, 5)
            .map((value) => shorten(serialised(value), 200))
            .join(", ");
    report(failed("json_mismatch", expectation, describe(value), found));
  }
}

function parseJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function jsonHolds(expected: JsonValueExpectation, found: unknown): boolean {
  if ("equals" in expected) return found === expected.equals;
  return expected.matches.isFoundIn(typeof found === "string" ? found : serialised(found));
}

function serialised(value: unknown): string {
  try {
    return JSON.stringify(value) ?? "undefined";
  } catch {
    // Nested a hundred thousand deep it can be read, but not be written.
    return "a value nested too deeply";
  }
}

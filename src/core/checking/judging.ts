/** The verdict on what one attempt saw. Pure: the same observation is always judged the same. */
import type { CheckErrorCode } from "../../contract/check-error-code.ts";
import type { CheckError, FailedAssertion, Verdict } from "../../contract/check-result.ts";
import { decodeBody } from "./body-text.ts";
import {
  concernsBody,
  type Expectations,
  type JsonValueExpectation,
  type TextExpectation,
} from "./expectations.ts";
import type { Observation, ProbeResponse } from "./ports.ts";
import { parseRetryAfter } from "./retry-after.ts";
import { shorten } from "./shortening.ts";

export interface Judgement {
  readonly verdict: Verdict;
  /** The first reason for the verdict; null when up. */
  readonly error: CheckError | null;
  readonly failedAssertions: readonly FailedAssertion[];
  readonly regexpMatched: boolean | null;
  /** Milliseconds since the epoch before which the server does not want to be asked again. */
  readonly retryAfterMs: number | null;
}

const MESSAGE_LIMIT = 1000;
const EXPECTED_LIMIT = 500;
const DAY_MS = 86_400_000;

/** One expectation that did not hold. */
interface Finding {
  readonly verdict: "degraded" | "down";
  readonly code: CheckErrorCode;
  readonly assertion: string;
  readonly expected: string;
  readonly found: string;
}

export function judge(observation: Observation, expectations: Expectations, nowMs: number): Judgement {
  const { failure, response } = observation;
  if (failure !== null || response === null) {
    const { code, message } = failure ?? {
      code: "internal",
      message: "the check saw neither response nor failure",
    };
    return down({ code, message: shorten(message, MESSAGE_LIMIT) });
  }
  const retryAfterMs = retryAfter(response, expectations, nowMs);
  if (retryAfterMs !== null) {
    const until = new Date(retryAfterMs).toISOString();
    const message = `status ${response.statusCode}: the server asks to be left alone until ${until}`;
    return { ...down({ code: "retry_later", message }), verdict: "degraded", retryAfterMs };
  }
  const findings: Finding[] = [];
  const report = (finding: Finding | null): void => {
    if (finding !== null) findings.push(finding);
  };
  report(judgeStatus(response, expectations));
  report(judgeFinalUrl(observation, expectations));
  for (const finding of judgeHeaders(response, expectations)) report(finding);
  const regexpMatched = judgeBody(response, expectations, report);
  report(judgeCertificate(observation, expectations, nowMs));
  report(judgeResponseTime(observation, expectations));
  return { ...summarise(findings), regexpMatched, retryAfterMs: null };
}

function down(error: CheckError): Judgement {
  return { verdict: "down", error, failedAssertions: [], regexpMatched: null, retryAfterMs: null };
}

function summarise(findings: readonly Finding[]): Pick<Judgement, "verdict" | "error" | "failedAssertions"> {
  const worst = findings.find((finding) => finding.verdict === "down") ?? findings[0];
  if (worst === undefined) return { verdict: "up", error: null, failedAssertions: [] };
  const message = `${worst.assertion}: expected ${worst.expected}, found ${worst.found}`;
  return {
    verdict: worst.verdict,
    error: { code: worst.code, message: shorten(message, MESSAGE_LIMIT) },
    failedAssertions: findings.slice(0, 50).map(({ assertion, expected, found }) => ({
      assertion: shorten(assertion, 100),
      expected: shorten(expected, EXPECTED_LIMIT),
      found: shorten(found, EXPECTED_LIMIT),
    })),
  };
}

function retryAfter(response: ProbeResponse, { status }: Expectations, nowMs: number): number | null {
  const { statusCode } = response;
  if ((statusCode !== 429 && statusCode !== 503) || status.includes(statusCode)) return null;
  return parseRetryAfter(response.headers.get("retry-after")?.[0], nowMs);
}

function judgeStatus({ statusCode }: ProbeResponse, { status }: Expectations): Finding | null {
  if (status.includes(statusCode)) return null;
  return finding("status_unexpected", "status", status.text, String(statusCode));
}

function judgeFinalUrl({ finalUrl }: Observation, expectations: Expectations): Finding | null {
  const expected = expectations.finalUrl;
  if (expected === null || holds(expected, finalUrl)) return null;
  return finding("final_url_mismatch", "final URL", describe(expected), quote(finalUrl));
}

function* judgeHeaders(response: ProbeResponse, { headers }: Expectations): Generator<Finding> {
  for (const { name, value } of headers) {
    const values = response.headers.get(name) ?? [];
    if (values.some((found) => holds(value, found))) continue;
    const found = values.length === 0 ? "no such header" : values.map(quote).join(", ");
    yield finding("header_mismatch", `header ${name}`, describe(value), found);
  }
}

/** Reports what the body lacks or has too much; returns whether the site's pattern was found. */
function judgeBody(
  response: ProbeResponse,
  expectations: Expectations,
  report: (finding: Finding | null) => void,
): boolean | null {
  if (!concernsBody(expectations)) return null;
  const text = decodeBody(response.body, response.headers.get("content-type")?.[0]);
  const where = response.bodyTruncated
    ? `the first ${response.body.byteLength} bytes of the body`
    : "the body";
  const missing = (): string =>
    text === "" ? "an empty body" : `not in ${where}, which begins ${quote(text)}`;
  const present = `found in ${where}`;
  for (const wanted of expectations.bodyContains) {
    if (!text.includes(wanted)) report(finding("text_missing", "body contains", quote(wanted), missing()));
  }
  for (const unwanted of expectations.bodyLacks) {
    if (text.includes(unwanted))
      report(finding("text_present", "body lacks", `no ${quote(unwanted)}`, present));
  }
  judgeJson(text, response.bodyTruncated, expectations, report);
  const { regexp } = expectations;
  if (regexp === null) return null;
  const matched = regexp.pattern.isFoundIn(text);
  if (matched === regexp.present) return matched;
  const pattern = `/${shorten(regexp.pattern.source, 200)}/`;
  report(
    matched
      ? finding("regexp_present", "regexp", `no match of ${pattern}`, present)
      : finding("regexp_missing", "regexp", `a match of ${pattern}`, missing()),
  );
  return matched;
}

function judgeJson(
  text: string,
  truncated: boolean,
  { json }: Expectations,
  report: (finding: Finding | null) => void,
): void {
  if (json.length === 0) return;
  if (truncated) {
    report(finding("body_too_large", "JSON", "a complete document", "a body larger than maxBodyBytes"));
    return;
  }
  const document = parseJson(text);
  for (const { path, value } of json) {
    const assertion = `JSON ${path.source}`;
    if (document === undefined) {
      report(
        finding(
          "json_mismatch",
          assertion,
          describe(value),
          text === "" ? "an empty body" : `no JSON: ${quote(text)}`,
        ),
      );
      continue;
    }
    const values = path.select(document.value);
    if (values.some((found) => jsonHolds(value, found))) continue;
    const found = values.length === 0 ? "no such value" : values.slice(0, 5).map(jsonText).join(", ");
    report(finding("json_mismatch", assertion, describe(value), found));
  }
}

function parseJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function judgeCertificate(
  { certificateExpiresAtMs }: Observation,
  { certificateValidForDays }: Expectations,
  nowMs: number,
): Finding | null {
  if (certificateValidForDays === null || certificateExpiresAtMs === null) return null;
  const leftMs = certificateExpiresAtMs - nowMs;
  if (leftMs >= certificateValidForDays * DAY_MS) return null;
  const expiry = new Date(certificateExpiresAtMs).toISOString();
  const expected = `valid for at least ${certificateValidForDays} days`;
  return leftMs <= 0
    ? finding("tls_expired", "certificate", expected, `expired on ${expiry}`)
    : degraded(
        "certificate_expiring",
        "certificate",
        expected,
        `${Math.floor(leftMs / DAY_MS)} days left, until ${expiry}`,
      );
}

function judgeResponseTime({ timings }: Observation, { responseTimeBelowMs }: Expectations): Finding | null {
  if (responseTimeBelowMs === null || timings === null || timings.totalMs < responseTimeBelowMs) return null;
  return degraded(
    "response_slow",
    "response time",
    `below ${responseTimeBelowMs} ms`,
    `${timings.totalMs.toFixed(1)} ms`,
  );
}

function finding(code: CheckErrorCode, assertion: string, expected: string, found: string): Finding {
  return { verdict: "down", code, assertion, expected, found };
}

function degraded(code: CheckErrorCode, assertion: string, expected: string, found: string): Finding {
  return { verdict: "degraded", code, assertion, expected, found };
}

function holds(expected: TextExpectation, found: string): boolean {
  return "equals" in expected ? found === expected.equals : expected.matches.isFoundIn(found);
}

function jsonHolds(expected: JsonValueExpectation, found: unknown): boolean {
  if ("equals" in expected) return found === expected.equals;
  return expected.matches.isFoundIn(typeof found === "string" ? found : (JSON.stringify(found) ?? ""));
}

function jsonText(value: unknown): string {
  return shorten(JSON.stringify(value) ?? "undefined", 200);
}

function describe(expected: TextExpectation | JsonValueExpectation): string {
  if ("matches" in expected) return `a match of /${shorten(expected.matches.source, 200)}/`;
  return typeof expected.equals === "string" ? quote(expected.equals) : String(expected.equals);
}

function quote(text: string): string {
  return JSON.stringify(shorten(text, 200));
}

/** The verdict on what one attempt saw. Pure: the same observation is always judged the same. */

import type { CheckError, FailedAssertion, Verdict } from "../../../contract/check-result.ts";
import { DAY_MS } from "../../../contract/duration.ts";
import type { Observation, ProbeResponse } from "../ports.ts";
import type { Expectations } from "./expectations.ts";
import { degraded, describe, type Finding, finding, holds, quote } from "./findings.ts";
import { judgeBody } from "./judging-body.ts";
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

/** Judges the observation of one attempt. */

import type { CheckError, FailedExpectation, Verdict } from "../../../contract/checks/check-result.ts";
import { DAY_MS } from "../../../contract/duration.ts";
import type { Observation, ProbeResponse, ResponseSearcher } from "../ports.ts";
import type { Expectations } from "./expectations.ts";
import { degraded, failed, type JudgedFailure } from "./failed-expectation.ts";
import { parseRetryAfter } from "./retry-after.ts";
import { shorten } from "./shortening.ts";

export interface Judgement {
  readonly verdict: Verdict;
  /** The first reason for the verdict; null when up. */
  readonly error: CheckError | null;
  readonly failedExpectations: readonly FailedExpectation[];
  readonly regexpMatched: boolean | null;
  /** Retry-After: milliseconds since the epoch before which the server wants no further request. */
  readonly retryAfterMs: number | null;
}

const MESSAGE_LIMIT = 1000;
const EXPECTED_LIMIT = 500;

export interface JudgingOptions {
  readonly searcher: ResponseSearcher;
  readonly nowMs: number;
  readonly signal: AbortSignal;
}

/**
 * Returns the verdict on an observation. `nowMs` is in milliseconds since the epoch. Rejects with the signal's reason
 * when it aborts.
 */
export async function judge(
  observation: Observation,
  expectations: Expectations,
  { searcher, nowMs, signal }: JudgingOptions,
): Promise<Judgement> {
  const { failure, response } = observation;
  if (failure !== null || response === null) {
    const { code, message } = failure ?? {
      code: "internal",
      message: "the attempt ended with neither a response nor a failure",
    };
    return down({ code, message: shorten(message, MESSAGE_LIMIT) });
  }
  const retryAfterMs = retryAfter(response, expectations, nowMs);
  if (retryAfterMs !== null) {
    const until = new Date(retryAfterMs).toISOString();
    const message = `status ${response.statusCode}: the server accepts no further request until ${until}`;
    return { ...down({ code: "retry_later", message }), verdict: "degraded", retryAfterMs };
  }
  const { finalUrl } = observation;
  const searched = await searcher.search({ ...response, finalUrl }, expectations.response, signal);
  const failures = [
    judgeStatus(response, expectations),
    ...searched.failures,
    judgeCertificate(observation, expectations, nowMs),
    judgeResponseTime(observation, expectations),
  ].filter((failure) => failure !== null);
  return { ...summarise(failures), regexpMatched: searched.regexpMatched, retryAfterMs: null };
}

function down(error: CheckError): Judgement {
  return { verdict: "down", error, failedExpectations: [], regexpMatched: null, retryAfterMs: null };
}

function summarise(
  failures: readonly JudgedFailure[],
): Pick<Judgement, "verdict" | "error" | "failedExpectations"> {
  const worst = failures.find((failure) => failure.verdict === "down") ?? failures[0];
  if (worst === undefined) return { verdict: "up", error: null, failedExpectations: [] };
  const message = `${worst.expectation}: expected ${worst.expected}, found ${worst.found}`;
  return {
    verdict: worst.verdict,
    error: { code: worst.code, message: shorten(message, MESSAGE_LIMIT) },
    failedExpectations: failures.slice(0, 50).map(({ expectation, expected, found }) => ({
      expectation: shorten(expectation, 100),
      expected: shorten(expected, EXPECTED_LIMIT),
      found: shorten(found, EXPECTED_LIMIT),
    })),
  };
}

/** A 429 comes from a working server (RFC 6585, section 4). A 503 is an outage even with Retry-After. */
function retryAfter(response: ProbeResponse, { status }: Expectations, nowMs: number): number | null {
  const { statusCode } = response;
  if (statusCode !== 429 || status.includes(statusCode)) return null;
  return parseRetryAfter(response.headers.get("retry-after")?.[0], nowMs);
}

function judgeStatus({ statusCode }: ProbeResponse, { status }: Expectations): JudgedFailure | null {
  if (status.includes(statusCode)) return null;
  return failed("status_unexpected", "status", status.text, String(statusCode));
}

function judgeCertificate(
  { certificateExpiresAtMs }: Observation,
  { certificateValidForDays }: Expectations,
  nowMs: number,
): JudgedFailure | null {
  if (certificateValidForDays === null || certificateExpiresAtMs === null) return null;
  const leftMs = certificateExpiresAtMs - nowMs;
  if (leftMs >= certificateValidForDays * DAY_MS) return null;
  const expiry = new Date(certificateExpiresAtMs).toISOString();
  const expected = `valid for at least ${certificateValidForDays} days`;
  return leftMs <= 0
    ? failed("tls_expired", "certificate", expected, `expired on ${expiry}`)
    : degraded(
        "certificate_expiring",
        "certificate",
        expected,
        `${Math.floor(leftMs / DAY_MS)} days left, until ${expiry}`,
      );
}

function judgeResponseTime(
  { timings, timingUncertaintyMs }: Observation,
  { responseTimeBelowMs }: Expectations,
): JudgedFailure | null {
  if (responseTimeBelowMs === null || timings === null) return null;
  // Delays that this process may have caused do not count against the site.
  if (timings.totalMs - timingUncertaintyMs < responseTimeBelowMs) return null;
  return degraded(
    "response_slow",
    "response time",
    `below ${responseTimeBelowMs} ms`,
    `${timings.totalMs.toFixed(1)} ms`,
  );
}

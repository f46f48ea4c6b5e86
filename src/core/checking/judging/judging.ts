/** The verdict on what one attempt saw. Pure: the same observation is always judged the same. */

import type { CheckError, FailedExpectation, Verdict } from "../../../contract/check-result.ts";
import { DAY_MS } from "../../../contract/duration.ts";
import type { Observation, ProbeResponse } from "../ports.ts";
import type { Expectations } from "./expectations.ts";
import { degraded, describe, failed, holds, type JudgedFailure, quote } from "./failed-expectation.ts";
import { judgeBody } from "./judging-body.ts";
import { parseRetryAfter } from "./retry-after.ts";
import { shorten } from "./shortening.ts";

export interface Judgement {
  readonly verdict: Verdict;
  /** The first reason for the verdict; null when up. */
  readonly error: CheckError | null;
  readonly failedExpectations: readonly FailedExpectation[];
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
  const failures: JudgedFailure[] = [];
  const report = (failure: JudgedFailure | null): void => {
    if (failure !== null) failures.push(failure);
  };
  report(judgeStatus(response, expectations));
  report(judgeFinalUrl(observation, expectations));
  for (const failure of judgeHeaders(response, expectations)) report(failure);
  const regexpMatched = judgeBody(response, expectations, report);
  report(judgeCertificate(observation, expectations, nowMs));
  report(judgeResponseTime(observation, expectations));
  return { ...summarise(failures), regexpMatched, retryAfterMs: null };
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

/** Only 429 is a wish of a server that works; 503 is an outage whatever it says of its end. */
function retryAfter(response: ProbeResponse, { status }: Expectations, nowMs: number): number | null {
  const { statusCode } = response;
  if (statusCode !== 429 || status.includes(statusCode)) return null;
  return parseRetryAfter(response.headers.get("retry-after")?.[0], nowMs);
}

function judgeStatus({ statusCode }: ProbeResponse, { status }: Expectations): JudgedFailure | null {
  if (status.includes(statusCode)) return null;
  return failed("status_unexpected", "status", status.text, String(statusCode));
}

function judgeFinalUrl({ finalUrl }: Observation, expectations: Expectations): JudgedFailure | null {
  const expected = expectations.finalUrl;
  if (expected === null || holds(expected, finalUrl)) return null;
  return failed("final_url_mismatch", "final URL", describe(expected), quote(finalUrl));
}

function* judgeHeaders(response: ProbeResponse, { headers }: Expectations): Generator<JudgedFailure> {
  for (const { name, value } of headers) {
    const values = response.headers.get(name) ?? [];
    if (values.some((found) => holds(value, found))) continue;
    const found = values.length === 0 ? "no such header" : values.map(quote).join(", ");
    yield failed("header_mismatch", `header ${name}`, describe(value), found);
  }
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
  { timings }: Observation,
  { responseTimeBelowMs }: Expectations,
): JudgedFailure | null {
  if (responseTimeBelowMs === null || timings === null || timings.totalMs < responseTimeBelowMs) return null;
  return degraded(
    "response_slow",
    "response time",
    `below ${responseTimeBelowMs} ms`,
    `${timings.totalMs.toFixed(1)} ms`,
  );
}

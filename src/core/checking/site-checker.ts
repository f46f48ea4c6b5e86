/**
 * The check of a site: it makes attempts until one is not down or the slot has no time for another, and returns one
 * result.
 *
 * Retries confirm a failed attempt before the verdict is down, so one lost packet is not reported as an outage. The
 * result is that of the last attempt, with the errors of all failed attempts.
 */
import { CHECK_OPTION_DEFAULTS } from "../../contract/checks/check-options.ts";
import type { CheckError, CheckResult } from "../../contract/checks/check-result.ts";
import type { ResponseEvidence } from "../../contract/checks/response-evidence.ts";
import type { Site } from "../../contract/checks/site.ts";
import type { Clock } from "../clock.ts";
import { siteSecrets } from "../sites/site-secrets.ts";
import type { Checker, PreparedCheck } from "./checker.ts";
import type { Expectations } from "./judging/expectations.ts";
import { type Judgement, judge } from "./judging/judging.ts";
import type { Observation, Probe, Prober, ResponseSearcher } from "./ports.ts";
import { evidenceOf } from "./response-evidence.ts";
import { shareExpectations } from "./shared-expectations.ts";
import { ToldChain } from "./told-chain.ts";
import { ToldEvidence } from "./told-evidence.ts";
import type { Uplink } from "./uplink.ts";

export interface CheckerOptions {
  readonly prober: Prober;
  readonly searcher: ResponseSearcher;
  readonly clock: Clock;
  /** Uniform in [0, 1), for the jitter between attempts. */
  readonly random: () => number;
  /** The place where the checks run; part of every result's identity. */
  readonly location: string;
  /** Tells whether this monitor reaches anything; without it every failure counts. */
  readonly uplink?: Uplink | undefined;
}

export function createChecker(options: CheckerOptions): Checker {
  const expectationsOf = shareExpectations();
  return {
    prepare: (site) => {
      const expectations = expectationsOf(site);
      const probe = options.prober.prepare(site);
      return new SiteCheck(site, expectations, probe, options);
    },
  };
}

/** A retry with less time than this would fail only for lack of time. */
const SHORTEST_RETRY_MS = 250;

/** A timer that fires this late shows that the process was paused. */
const LATE_WAKE_UP_MS = 1000;

interface Attempt {
  readonly observation: Observation;
  readonly judgement: Judgement;
  /** Decoded body bytes that were read; null without a response. */
  readonly bytes: number | null;
  /** Null when the result needs none. */
  readonly evidence: ResponseEvidence | null;
}

class SiteCheck implements PreparedCheck {
  readonly #site: Site;
  readonly #expectations: Expectations;
  readonly #probe: Probe;
  readonly #checker: CheckerOptions;
  readonly #toldChain = new ToldChain();
  readonly #toldEvidence = new ToldEvidence();
  /** Retry-After: milliseconds since the epoch before which the server wants no further request. */
  #notBeforeMs = Number.NEGATIVE_INFINITY;

  constructor(site: Site, expectations: Expectations, probe: Probe, checker: CheckerOptions) {
    this.#site = site;
    this.#expectations = expectations;
    this.#probe = probe;
    this.#checker = checker;
  }

  async run(slotMs: number, signal: AbortSignal): Promise<CheckResult | null> {
    signal.throwIfAborted();
    const checkedAtMs = this.#checker.clock.now();
    if (checkedAtMs < this.#notBeforeMs) return null;
    const attempts = await this.#attempts(slotMs + this.#site.intervalMs, signal);
    if (attempts === null) return null;
    const { last, failures } = attempts;
    this.#rememberRetryAfter(last.judgement);
    const result = this.#result(slotMs, checkedAtMs, last, failures);
    if (
      result.verdict === "down" &&
      result.statusCode === null &&
      (await this.#checker.uplink?.isDown(signal))
    ) {
      result.uplinkDown = true;
    }
    return result;
  }

  /** Returns null when this process was paused and the slot has no time for another attempt. */
  async #attempts(
    slotEndMs: number,
    signal: AbortSignal,
  ): Promise<{ last: Attempt; failures: readonly CheckError[] } | null> {
    const { clock } = this.#checker;
    const { retries = CHECK_OPTION_DEFAULTS.retries, retryDelayMs = CHECK_OPTION_DEFAULTS.retryDelayMs } =
      this.#site.options;
    const failures: CheckError[] = [];
    let timeoutMs = this.#site.timeoutMs;
    let retriesLeft = retries;
    for (;;) {
      const last = await this.#attempt(timeoutMs, signal);
      if (last.observation.processPaused) {
        // A paused attempt is neither judged nor counted. With a shorter timeout the pause would cause a failure.
        if (slotEndMs - clock.now() < this.#site.timeoutMs) return null;
        timeoutMs = this.#site.timeoutMs;
        continue;
      }
      const { verdict, error } = last.judgement;
      if (error !== null && verdict === "down") failures.push(error);
      if (verdict !== "down" || retriesLeft === 0 || error?.code === "target_blocked")
        return { last, failures };
      retriesLeft -= 1;
      const delayMs = retryDelayMs * (0.8 + 0.4 * this.#checker.random());
      const retryAtMs = clock.now() + delayMs;
      if (slotEndMs - retryAtMs < Math.min(SHORTEST_RETRY_MS, this.#site.timeoutMs))
        return { last, failures };
      await clock.sleep(delayMs, signal);
      const leftMs = slotEndMs - clock.now();
      if (clock.now() - retryAtMs >= LATE_WAKE_UP_MS && leftMs < this.#site.timeoutMs) return null;
      timeoutMs = Math.min(this.#site.timeoutMs, leftMs);
    }
  }

  async #attempt(timeoutMs: number, signal: AbortSignal): Promise<Attempt> {
    const observation = await this.#probe.run(timeoutMs, signal);
    try {
      const { searcher, clock } = this.#checker;
      const judgement = await judge(observation, this.#expectations, {
        searcher,
        nowMs: clock.now(),
        signal,
      });
      const bytes = observation.response?.body.byteLength ?? null;
      const outcome = { ...judgement, statusCode: observation.response?.statusCode ?? null };
      const isWanted = this.#toldEvidence.isWanted(outcome, clock.now());
      const evidence = isWanted ? evidenceOf(observation, siteSecrets(this.#site)) : null;
      return { observation, judgement, bytes, evidence };
    } finally {
      observation.release();
    }
  }

  #rememberRetryAfter({ retryAfterMs }: Judgement): void {
    const { maxRetryAfterMs = CHECK_OPTION_DEFAULTS.maxRetryAfterMs } = this.#site.options;
    this.#notBeforeMs =
      retryAfterMs === null
        ? Number.NEGATIVE_INFINITY
        : Math.min(retryAfterMs, this.#checker.clock.now() + maxRetryAfterMs);
  }

  #result(
    slotMs: number,
    checkedAtMs: number,
    { observation, judgement, bytes, evidence }: Attempt,
    failures: readonly CheckError[],
  ): CheckResult {
    const site = this.#site;
    const { timings, timingUncertaintyMs, certificateExpiresAtMs, certificateChain, irregularities } =
      observation;
    const result: CheckResult = {
      siteId: site.id,
      location: this.#checker.location,
      slot: new Date(slotMs).toISOString(),
      url: withoutCredentials(site.url),
      siteName: site.name,
      checkedAt: new Date(checkedAtMs).toISOString(),
      intervalMs: site.intervalMs,
      tlsVerified: site.options.tls?.verify === false ? false : null,
      verdict: judgement.verdict,
      statusCode: observation.response?.statusCode ?? null,
      responseTimeMs: timings?.totalMs ?? null,
      timings,
      regexpMatched: judgement.regexpMatched,
      error: judgement.error,
      bytes,
      attempts: failures.length + (judgement.verdict === "down" ? 0 : 1),
      certificateExpiresAt:
        certificateExpiresAtMs === null ? null : new Date(certificateExpiresAtMs).toISOString(),
      remoteAddress: observation.remoteAddress,
      protocol: observation.protocol,
    };
    if (observation.response?.bodyTruncated) result.bodyTruncated = true;
    if (judgement.failedExpectations.length > 0)
      result.failedExpectations = [...judgement.failedExpectations];
    if (failures.length > 0) result.failedAttempts = [...failures];
    if (this.#toldChain.tells(certificateChain, judgement.verdict, checkedAtMs)) {
      result.certificateChain = [...certificateChain];
    }
    if (evidence !== null) result.evidence = evidence;
    this.#toldEvidence.note(result, evidence !== null, checkedAtMs);
    if (isUntrustworthy(observation)) result.timingUncertaintyMs = timingUncertaintyMs;
    if (irregularities.length > 0) result.irregularities = [...irregularities];
    return result;
  }
}

/** An uncertainty below a tenth of the total, or below two milliseconds, is negligible. */
function isUntrustworthy({ timings, timingUncertaintyMs }: Observation): boolean {
  return timings !== null && timingUncertaintyMs > Math.max(2, timings.totalMs / 10);
}

function withoutCredentials(url: string): string {
  if (!url.includes("@")) return url;
  const parsed = new URL(url);
  if (parsed.username === "" && parsed.password === "") return url;
  parsed.username = "";
  parsed.password = "";
  return parsed.href;
}

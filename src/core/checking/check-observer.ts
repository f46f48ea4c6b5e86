/** Follows a check that somebody watches: tells each phase as it ends, and keeps what was seen. */
import type { PhaseEvent } from "../../contract/api/sites/checks.ts";
import type { Evidence } from "../../contract/api/sites/results.ts";
import type { CheckResult } from "../../contract/checks/check-result.ts";
import type { Clock } from "../clock.ts";
import { resultEvidence } from "./result-evidence.ts";
import { withoutSecretText } from "./secret-text.ts";
import type { Trace, TraceEvent } from "./trace.ts";

export class CheckObserver {
  readonly #clock: Clock;
  readonly #onPhase: (phase: PhaseEvent) => void;
  readonly #secrets: readonly string[];
  #beganMs: number;
  #attemptEnded = false;
  #redirects: string[] = [];
  #headers: Evidence["responseHeaders"] = null;
  #chain: Evidence["certificateChain"] = null;

  /** `secrets` are never repeated. */
  constructor(clock: Clock, secrets: readonly string[], onPhase: (phase: PhaseEvent) => void) {
    this.#clock = clock;
    this.#secrets = secrets;
    this.#onPhase = onPhase;
    this.#beganMs = clock.monotonicMs();
  }

  readonly trace: Trace = (event) => {
    if (this.#attemptEnded) this.#beginAttempt();
    this.#observe(event);
  };

  evidence(result: CheckResult): Evidence {
    const own = resultEvidence(result, []);
    return {
      ...own,
      redirects: own.redirects ?? this.#redirects,
      responseHeaders: own.responseHeaders ?? this.#headers,
      certificateChain: own.certificateChain ?? this.#chain,
      certificateSeenAt: this.#chain === null ? null : result.slot,
    };
  }

  #beginAttempt(): void {
    this.#attemptEnded = false;
    this.#beganMs = this.#clock.monotonicMs();
    this.#redirects = [];
    this.#headers = null;
    this.#chain = null;
  }

  #observe(event: TraceEvent): void {
    switch (event.kind) {
      case "resolved":
        this.#phase("dns", event.addresses.join(", "));
        return;
      case "connected":
        this.#phase("connect", event.where);
        return;
      case "secured":
        this.#chain = event.chain.length === 0 ? null : [...event.chain];
        this.#phase("tls", event.refusal ?? `${event.version}, ${event.cipher}`);
        return;
      case "request":
        this.#phase("request", `${event.method} ${event.target}`);
        return;
      case "response":
        this.#headers = [...event.headers].map(([name, values]) => ({
          name,
          value: withoutSecretText(values.join(", "), this.#secrets),
        }));
        return;
      case "redirect":
        this.#redirects.push(withoutSecretText(event.to, this.#secrets));
        this.#beganMs = this.#clock.monotonicMs();
        return;
      case "ended": {
        this.#attemptEnded = true;
        const { timings, failure } = event;
        if (timings?.firstByteMs != null) this.#tell("firstByte", timings.firstByteMs, null);
        if (timings?.downloadMs != null) this.#tell("download", timings.downloadMs, failure?.message ?? null);
        return;
      }
      case "connecting":
      case "connectFailed":
        return;
    }
  }

  /** A phase that ends now and began when the one before ended. */
  #phase(name: PhaseEvent["name"], detail: string): void {
    const nowMs = this.#clock.monotonicMs();
    const ms = name === "request" ? 0 : nowMs - this.#beganMs;
    this.#beganMs = nowMs;
    this.#tell(name, ms, withoutSecretText(detail, this.#secrets));
  }

  #tell(name: PhaseEvent["name"], ms: number, detail: string | null): void {
    this.#onPhase({ name, ms: Math.max(0, ms), detail });
  }
}

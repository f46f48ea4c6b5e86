/** Logs dead letters: one line a cause and minute, with a count, however many there are. */
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { DeadLetterReason } from "./dead-letter.ts";

const QUIET_MS = 60_000;

interface Cause {
  /** Not logged yet. */
  count: number;
  /** On the monotonic clock. */
  loggedAtMs: number;
}

export class DeadLetterReport {
  readonly #causes = new Map<string, Cause>();
  readonly #clock: Clock;
  readonly #log: Log;

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
  }

  /** The first of a cause is logged at once; the next are counted, and logged with whatever comes a minute later. */
  add(
    reasons: Iterable<DeadLetterReason>,
    origin: { readonly topic: string; readonly partition: number },
  ): void {
    const examples = new Map<string, string>();
    for (const { code, reason } of reasons) {
      const cause = this.#causes.get(code) ?? { count: 0, loggedAtMs: Number.NEGATIVE_INFINITY };
      this.#causes.set(code, cause);
      cause.count += 1;
      if (!examples.has(code)) examples.set(code, reason);
    }
    const nowMs = this.#clock.monotonicMs();
    for (const [code, reason] of examples) {
      const cause = this.#causes.get(code);
      if (cause === undefined || nowMs - cause.loggedAtMs < QUIET_MS) continue;
      this.#log.warn({ ...origin, code, count: cause.count, reason }, "messages set aside as dead letters");
      cause.count = 0;
      cause.loggedAtMs = nowMs;
    }
  }
}

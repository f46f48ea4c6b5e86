/** Limits repeated log lines: each cause is logged at once, and then at most once a minute with a count. */
import type { Clock } from "../clock.ts";

const LOG_EVERY_MS = 60_000;

interface Cause {
  readonly write: (count: number) => void;
  loggedAtMs: number;
  pending: number;
}

export class CountedLog {
  readonly #clock: Clock;
  readonly #causes = new Map<string, Cause>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Adds `count` occurrences of a cause. `write` logs a line with the occurrences since the last one. */
  note(cause: string, count: number, write: (count: number) => void): void {
    const pending = (this.#causes.get(cause)?.pending ?? 0) + count;
    const loggedAtMs = this.#causes.get(cause)?.loggedAtMs ?? Number.NEGATIVE_INFINITY;
    this.#causes.set(cause, { write, loggedAtMs, pending });
    this.#logDue(cause, this.#clock.monotonicMs() - LOG_EVERY_MS);
  }

  /** Writes the lines that are due; call it regularly. Forgets causes that did not occur for a minute. */
  logDue(): void {
    for (const cause of this.#causes.keys()) this.#logDue(cause, this.#clock.monotonicMs() - LOG_EVERY_MS);
  }

  /** Writes all pending lines, whether they are due or not. */
  logRemaining(): void {
    for (const cause of this.#causes.keys()) this.#logDue(cause, Number.POSITIVE_INFINITY);
  }

  #logDue(name: string, loggedBeforeMs: number): void {
    const cause = this.#causes.get(name);
    if (cause === undefined || cause.loggedAtMs > loggedBeforeMs) return;
    if (cause.pending === 0) {
      this.#causes.delete(name);
      return;
    }
    cause.write(cause.pending);
    cause.pending = 0;
    cause.loggedAtMs = this.#clock.monotonicMs();
  }
}

/** Keeps a cause that comes again and again from flooding the log: one line at once, then one a minute with the count. */
import type { Clock } from "../clock.ts";

const TELL_EVERY_MS = 60_000;

interface Cause {
  readonly tell: (count: number) => void;
  toldAtMs: number;
  untold: number;
}

export class CountedLog {
  readonly #clock: Clock;
  readonly #causes = new Map<string, Cause>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Counts `count` more of this cause. `tell` writes the line, with how many there were since the last one. */
  note(cause: string, count: number, tell: (count: number) => void): void {
    const untold = (this.#causes.get(cause)?.untold ?? 0) + count;
    const toldAtMs = this.#causes.get(cause)?.toldAtMs ?? Number.NEGATIVE_INFINITY;
    this.#causes.set(cause, { tell, toldAtMs, untold });
    this.#tellDue(cause, this.#clock.monotonicMs() - TELL_EVERY_MS);
  }

  /** Writes the lines that are due; call it now and then. A cause that has been quiet for a minute is forgotten. */
  tellDue(): void {
    for (const cause of this.#causes.keys()) this.#tellDue(cause, this.#clock.monotonicMs() - TELL_EVERY_MS);
  }

  /** Writes what has not been told yet, whether it is due or not. */
  tellRest(): void {
    for (const cause of this.#causes.keys()) this.#tellDue(cause, Number.POSITIVE_INFINITY);
  }

  #tellDue(name: string, toldBeforeMs: number): void {
    const cause = this.#causes.get(name);
    if (cause === undefined || cause.toldAtMs > toldBeforeMs) return;
    if (cause.untold === 0) {
      this.#causes.delete(name);
      return;
    }
    cause.tell(cause.untold);
    cause.untold = 0;
    cause.toldAtMs = this.#clock.monotonicMs();
  }
}

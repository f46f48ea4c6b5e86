/**
 * Limits how often work runs, to batch bursts. The first turn starts at once; each further turn starts at least
 * `spacingMs` after the previous one, and handles everything that has arrived by then.
 */
import type { Clock } from "../clock.ts";
import { WakeUp } from "./wake-up.ts";

export class Pace {
  readonly #clock: Clock;
  readonly #spacingMs: number;
  readonly #hurry: WakeUp;
  #nextTurnMs = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, spacingMs: number) {
    this.#clock = clock;
    this.#spacingMs = spacingMs;
    this.#hurry = new WakeUp(clock);
  }

  /** Resolves at the next turn, when `hurry` is called, or when the signal aborts. Never rejects. */
  async turn(signal: AbortSignal): Promise<void> {
    await this.#hurry.wait(this.#nextTurnMs - this.#clock.monotonicMs(), signal);
    this.#nextTurnMs = this.#clock.monotonicMs() + this.#spacingMs;
  }

  /** Starts the pending or next turn at once. Call it when enough work has arrived for a full batch. */
  hurry(): void {
    this.#hurry.wake();
  }
}

/**
 * Spaces work that comes in bursts: the first turn is at once, each further one no sooner than a while after the one
 * before, so that what arrives meanwhile is done together. What comes alone does not wait.
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

  /** Resolves when it is time, when hurried, or when the signal aborts; never rejects. */
  async turn(signal: AbortSignal): Promise<void> {
    await this.#hurry.wait(this.#nextTurnMs - this.#clock.monotonicMs(), signal);
    this.#nextTurnMs = this.#clock.monotonicMs() + this.#spacingMs;
  }

  /** Begins the turn that is waited for, or the next one, at once: enough has arrived to fill it. */
  hurry(): void {
    this.#hurry.wake();
  }
}

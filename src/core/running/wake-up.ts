/** A wait that ends early when there is something to do: a notification wakes it, the time limit is the safety net. */
import type { Clock } from "../clock.ts";
import { listenForAbort } from "./abort-listeners.ts";

export class WakeUp {
  readonly #clock: Clock;
  #pending = false;
  #interrupt: AbortController | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Ends the wait under way, or the next one at once. */
  wake(): void {
    this.#pending = true;
    this.#interrupt?.abort();
  }

  /** Resolves after `longestMs`, when woken, or when the signal aborts; never rejects. */
  async wait(longestMs: number, signal: AbortSignal): Promise<void> {
    if (!this.#pending && !signal.aborted && longestMs > 0) {
      const interrupt = new AbortController();
      this.#interrupt = interrupt;
      // Cheaper than `AbortSignal.any`: a monitor waits hundreds of times a second.
      const stopListening = listenForAbort(signal, () => interrupt.abort());
      await this.#clock.sleep(longestMs, interrupt.signal).catch(() => {});
      stopListening();
      this.#interrupt = null;
    }
    this.#pending = false;
  }
}

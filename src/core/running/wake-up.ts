/** A wait that a notification ends early. The time limit covers missed notifications. */
import type { Clock } from "../clock.ts";
import { listenForAbort } from "./abort-listeners.ts";

export class WakeUp {
  readonly #clock: Clock;
  #pending = false;
  #interrupt: AbortController | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Ends the current wait, or the next one as soon as it starts. */
  wake(): void {
    this.#pending = true;
    this.#interrupt?.abort();
  }

  /** Resolves after `longestMs`, when `wake` is called, or when the signal aborts. Never rejects. */
  async wait(longestMs: number, signal: AbortSignal): Promise<void> {
    if (!this.#pending && !signal.aborted && longestMs > 0) {
      const interrupt = new AbortController();
      this.#interrupt = interrupt;
      // Cheaper than `AbortSignal.any`: a monitor calls this hundreds of times a second.
      const stopListening = listenForAbort(signal, () => interrupt.abort());
      await this.#clock.sleep(longestMs, interrupt.signal).catch(() => {});
      stopListening();
      this.#interrupt = null;
    }
    this.#pending = false;
  }
}

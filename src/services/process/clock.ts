/** The system clock. */
import { setTimeout as delay } from "node:timers/promises";
import type { Clock } from "../../core/clock.ts";

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  async sleep(durationMs, signal) {
    try {
      await delay(durationMs, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      // Node rejects with an AbortError whose cause is the signal's reason.
      signal?.throwIfAborted();
      throw error;
    }
  },
};

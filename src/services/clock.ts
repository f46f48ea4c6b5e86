/** The real clock. */
import { setTimeout as delay } from "node:timers/promises";
import type { Clock } from "../core/clock.ts";

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  async sleep(durationMs, signal) {
    await delay(durationMs, undefined, signal === undefined ? {} : { signal });
  },
};

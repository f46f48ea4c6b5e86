/** The loop of all background work. It runs until the signal aborts and retries while a dependency is unavailable. */
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { PartOptions } from "./outages.ts";
import { retryWhileUnavailable } from "./retrying.ts";
import type { WakeUp } from "./wake-up.ts";

export interface RepeatOptions extends PartOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Ends the pause early. */
  readonly wakeUp?: WakeUp;
}

/**
 * Runs `work` repeatedly until the signal aborts. `work` resolves with the pause before its next run, in milliseconds.
 * While it throws `UnavailableError`, it is retried with back-off. Rejects with any other error.
 */
export async function repeatUntilAborted(
  work: () => Promise<number>,
  options: RepeatOptions,
  signal: AbortSignal,
): Promise<void> {
  const { clock, log, wakeUp, what, upkeep = false } = options;
  while (!signal.aborted) {
    try {
      const pauseMs = await retryWhileUnavailable(work, { what, upkeep, log, signal });
      if (wakeUp !== undefined) await wakeUp.wait(pauseMs, signal);
      else if (pauseMs > 0) await clock.sleep(pauseMs, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}

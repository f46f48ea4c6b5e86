/** The one loop of background work: again and again until the signal aborts, waiting out a dependency that is away. */
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { PartOptions } from "./outages.ts";
import { retryWhileUnavailable } from "./retrying.ts";
import type { WakeUp } from "./wake-up.ts";

export interface RepeatOptions extends PartOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Ends a pause early. */
  readonly wakeUp?: WakeUp;
}

/**
 * Runs `work` until the signal aborts. `work` resolves with how long to pause before its next run, in milliseconds; 0
 * runs it again at once. While it throws `UnavailableError` it is retried with back-off; any other error rejects.
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

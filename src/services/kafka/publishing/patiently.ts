/** Retries what goes before the first record of a publish. */
import { setTimeout as sleep } from "node:timers/promises";
import { isNetworkFailure, passesByItself } from "../client-adapters/client-errors.ts";

export const FIRST_RETRY_DELAY_MS = 50;
/** Short: between two changes of a leader there may be little time in which a batch can be written. */
export const LONGEST_RETRY_DELAY_MS = 250;

/**
 * Asks until an answer comes, the signal aborts, or a failure does not pass by itself. A cluster that cannot be reached is
 * reported at the second failure and not at the deadline.
 */
export async function patiently<T>(
  ask: () => Promise<T>,
  signal: AbortSignal,
  onFailure: (error: unknown) => void,
): Promise<T> {
  let delayMs = FIRST_RETRY_DELAY_MS;
  let networkFailures = 0;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      onFailure(error);
      const firstNetworkFailure = isNetworkFailure(error) && networkFailures++ === 0;
      if (!passesByItself(error) && !firstNetworkFailure) throw error;
    }
    await sleep(delayMs, undefined, { signal });
    delayMs = Math.min(delayMs * 2, LONGEST_RETRY_DELAY_MS);
  }
}

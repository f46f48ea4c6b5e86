/** The one retry policy: an unavailable dependency is tried again, with back-off and jitter, until it answers. */
import pRetry from "p-retry";
import { UnavailableError } from "../failures.ts";
import type { Log } from "../log.ts";

const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 10_000;

/**
 * Runs `action` until it stops throwing `UnavailableError`; any other error is thrown at once. Says once that the
 * dependency is away and once that it is back. Rejects with the signal's reason when it aborts.
 */
export async function retryWhileUnavailable<T>(
  action: () => Promise<T>,
  options: { readonly what: string; readonly log: Log; readonly signal: AbortSignal },
): Promise<T> {
  const { what, log, signal } = options;
  let failedAttempts = 0;
  const result = await pRetry(action, {
    retries: Number.POSITIVE_INFINITY,
    minTimeout: FIRST_DELAY_MS,
    maxTimeout: LONGEST_DELAY_MS,
    randomize: true,
    signal,
    shouldRetry: ({ error }) => error instanceof UnavailableError,
    onFailedAttempt: ({ error }) => {
      if (!(error instanceof UnavailableError)) return;
      failedAttempts += 1;
      if (failedAttempts === 1) log.warn({ what, reason: error.message }, "dependency unavailable, retrying");
    },
  });
  if (failedAttempts > 0) log.info({ what, failedAttempts }, "dependency available again");
  return result;
}

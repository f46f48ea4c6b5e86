/** The retry policy for unavailable dependencies: back-off with jitter, until the dependency responds. */
import pRetry from "p-retry";
import { UnavailableError } from "../failures.ts";
import type { Log } from "../log.ts";
import { outagesOf, type PartOptions } from "./outages.ts";

const FIRST_DELAY_MS = 100;
/** Work continues at most this long after an outage ends. */
const LONGEST_DELAY_MS = 5_000;

export interface RetryOptions extends PartOptions {
  readonly log: Log;
  readonly signal: AbortSignal;
}

/**
 * Runs `action` until it stops throwing `UnavailableError`, and returns its result. Throws any other error at once. Logs
 * an outage once, however many parts of the process it affects. Rejects with the signal's reason when it aborts.
 */
export async function retryWhileUnavailable<T>(action: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { log, signal } = options;
  const part = outagesOf(log).part(options);
  try {
    const result = await pRetry(action, {
      retries: Number.POSITIVE_INFINITY,
      minTimeout: FIRST_DELAY_MS,
      maxTimeout: LONGEST_DELAY_MS,
      randomize: true,
      signal,
      shouldRetry: ({ error }) => error instanceof UnavailableError,
      onFailedAttempt: ({ error }) => {
        if (error instanceof UnavailableError) part.failed(error);
      },
    });
    part.recovered();
    return result;
  } finally {
    part.left();
  }
}

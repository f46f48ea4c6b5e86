/**
 * Finds sites that no monitor checks. It uses the clock, because missing results trigger nothing. Several consumers may
 * review at the same time: an incident's id is derived from the site and its last slot, so they open the same incident.
 */
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { repeatUntilAborted } from "../running/repeating.ts";

export interface ObservationReview {
  /**
   * Opens an incident for each enabled site of the table without a result for three intervals, and at least two minutes.
   * Resolves the incidents of sites that have results again or are no longer enabled, and the incidents that failures
   * opened of sites that nobody checks any more. Returns the counts. Throws `UnavailableError`.
   */
  review(): Promise<{ readonly opened: number; readonly resolved: number }>;
}

export interface WatchingOptions {
  readonly observation: ObservationReview;
  /** False while published results wait to be recorded, as in a backlog or a replay. Throws `UnavailableError`. */
  readonly isCaughtUp: () => Promise<boolean>;
  readonly clock: Clock;
  readonly log: Log;
}

const REVIEW_EVERY_MS = 60_000;
/** After a start, the consumer first records the results that accumulated before it. */
const FIRST_REVIEW_MS = 120_000;

/** Reviews every minute until the signal aborts. */
export async function watchObservation(
  { observation, isCaughtUp, clock, log }: WatchingOptions,
  signal: AbortSignal,
): Promise<void> {
  let isFirst = true;
  const review = async (): Promise<number> => {
    if (isFirst) {
      isFirst = false;
      return FIRST_REVIEW_MS;
    }
    if (await isCaughtUp()) {
      const { opened, resolved } = await observation.review();
      if (opened > 0) log.warn({ sites: opened }, "sites not observed");
      if (resolved > 0) log.info({ sites: resolved }, "sites observed again or no longer checked");
    }
    return REVIEW_EVERY_MS;
  };
  await repeatUntilAborted(review, { what: "review of observation", clock, log }, signal);
}

/**
 * Finds the sites that nobody checks: by the clock, as no result tells of it. Several consumers may look at the same
 * time: an incident follows from the site and its last slot, so they open the same one.
 */
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { repeatUntilAborted } from "../running/repeating.ts";

export interface ObservationReview {
  /**
   * Opens an incident for each enabled site of the table that has had no result for three intervals, at least two
   * minutes, and resolves those of sites whose results go on or that are no longer to be checked. Throws
   * `UnavailableError`.
   */
  review(): Promise<{ readonly opened: number; readonly resolved: number }>;
}

export interface WatchingOptions {
  readonly observation: ObservationReview;
  /** False while results that exist are not recorded yet: a backlog, a replay. Throws `UnavailableError`. */
  readonly isCaughtUp: () => Promise<boolean>;
  readonly clock: Clock;
  readonly log: Log;
}

const REVIEW_EVERY_MS = 60_000;
/** After a start, results of the time before come first. */
const FIRST_REVIEW_MS = 120_000;

/** Reviews until the signal aborts. */
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
      if (opened > 0) log.warn({ sites: opened }, "sites are not observed");
      if (resolved > 0) log.info({ sites: resolved }, "sites are observed again");
    }
    return REVIEW_EVERY_MS;
  };
  await repeatUntilAborted(review, { what: "review of observation", clock, log }, signal);
}

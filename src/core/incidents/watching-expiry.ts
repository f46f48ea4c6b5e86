/** Looks by the clock for certificates and domains that expire. Several consumers may look: each step is taken once. */
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { repeatUntilAborted } from "../running/repeating.ts";
import { EXPIRY_KINDS, type ExpiryKind } from "./expiry.ts";

export interface ExpiryOutcome {
  /** Incidents that opened or reached another stage. */
  readonly advanced: number;
  readonly resolved: number;
}

export interface ExpiryReview {
  /** Takes the steps that are due (`expiry.ts`) at `nowMs`, milliseconds since the epoch. Throws `UnavailableError`. */
  review(kind: ExpiryKind, nowMs: number): Promise<ExpiryOutcome>;
}

export interface ExpiryWatchOptions {
  readonly expiry: ExpiryReview;
  readonly clock: Clock;
  readonly log: Log;
}

const REVIEW_EVERY_MS = 10 * 60_000;
/** After a start, results that show a renewal come first. */
const FIRST_REVIEW_MS = 90_000;

/** Reviews every ten minutes until the signal aborts. */
export async function watchExpiry(
  { expiry, clock, log }: ExpiryWatchOptions,
  signal: AbortSignal,
): Promise<void> {
  let isFirst = true;
  const review = async (): Promise<number> => {
    if (isFirst) {
      isFirst = false;
      return FIRST_REVIEW_MS;
    }
    for (const kind of EXPIRY_KINDS) {
      const { advanced, resolved } = await expiry.review(kind, clock.now());
      if (advanced > 0) log.warn({ kind, sites: advanced }, "expiry is near");
      if (resolved > 0) log.info({ kind, sites: resolved }, "expiry is over");
    }
    return REVIEW_EVERY_MS;
  };
  await repeatUntilAborted(review, { what: "review of expiry", clock, log }, signal);
}

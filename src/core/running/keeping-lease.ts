/** Keeps what is leased, by asking for it again in good time. */
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { retryWhileUnavailable } from "./retrying.ts";

export interface LeaseKeeping {
  /** Renews the owner's shards and takes free ones; returns those it holds now. Throws `UnavailableError`. */
  readonly lease: () => Promise<readonly number[]>;
  readonly leaseMs: number;
  /** Names what is leased in the log. */
  readonly what: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Called after each renewal; `untilMs` is on the monotonic clock. */
  readonly onLeased: (shards: readonly number[], untilMs: number) => void;
}

const RENEWALS_PER_LEASE = 3;

/** Renews until the signal aborts. */
export async function keepLease(
  { lease, leaseMs, what, clock, log, onLeased }: LeaseKeeping,
  signal: AbortSignal,
): Promise<void> {
  let askedAtMs = 0;
  const ask = (): Promise<readonly number[]> => {
    askedAtMs = clock.monotonicMs();
    return lease();
  };
  while (!signal.aborted) {
    try {
      const shards = await retryWhileUnavailable(ask, { what, log, signal });
      // Counted from the asking: a slow answer shortens the lease, never lengthens it.
      onLeased(shards, askedAtMs + leaseMs);
      await clock.sleep(leaseMs / RENEWALS_PER_LEASE, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}

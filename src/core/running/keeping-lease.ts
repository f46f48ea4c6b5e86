/** Renews a lease before it expires. */
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { repeatUntilAborted } from "./repeating.ts";

export interface LeaseKeeping {
  /** Renews the owner's shards and takes free ones; returns those it holds now. Throws `UnavailableError`. */
  readonly lease: () => Promise<readonly number[]>;
  readonly leaseMs: number;
  /** What is leased, for log lines. */
  readonly what: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Called after each renewal; `untilMs` is on the monotonic clock. */
  readonly onLeased: (shards: readonly number[], untilMs: number) => void;
}

const RENEWALS_PER_LEASE = 3;

/** Renews until the signal aborts. */
export async function keepLease(options: LeaseKeeping, signal: AbortSignal): Promise<void> {
  const { lease, leaseMs, clock, onLeased } = options;
  const renew = async (): Promise<number> => {
    const askedAtMs = clock.monotonicMs();
    const shards = await lease();
    // Counted from the request: a slow response shortens the lease and never extends it.
    onLeased(shards, askedAtMs + leaseMs);
    return leaseMs / RENEWALS_PER_LEASE;
  };
  await repeatUntilAborted(renew, options, signal);
}

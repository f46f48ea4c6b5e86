/**
 * Compares the monitor's clock with the database's. A monitor with a wrong clock checks past or future slots, and the
 * consumer refuses their results. The log line of this comparison states the cause.
 */
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { repeatUntilAborted } from "../running/repeating.ts";

/** A clock that all monitors share as a reference. */
export interface ReferenceClock {
  /** Milliseconds since the epoch. Throws `UnavailableError`. */
  nowMs(): Promise<number>;
}

const EVERY_MS = 3_600_000;
/** Clocks synchronised by NTP differ by far less. */
const TOLERATED_MS = 5000;

export interface ClockComparison {
  readonly reference: ReferenceClock;
  readonly clock: Clock;
  readonly log: Log;
}

/** Compares at once and then every hour until the signal aborts; logs a difference that matters. */
export async function compareClocks(
  { reference, clock, log }: ClockComparison,
  signal: AbortSignal,
): Promise<void> {
  const compare = async (): Promise<number> => {
    const askedAtMs = clock.monotonicMs();
    const referenceMs = await reference.nowMs();
    // The server read its clock at some time between the request and now.
    const roundTripMs = clock.monotonicMs() - askedAtMs;
    const aheadMs = Math.round(clock.now() - roundTripMs / 2 - referenceMs);
    if (Math.abs(aheadMs) > TOLERATED_MS + roundTripMs / 2) {
      log.warn(
        { aheadMs },
        "this machine's clock differs from the database's; correct it, or results will be refused",
      );
    }
    return EVERY_MS;
  };
  await repeatUntilAborted(compare, { what: "database's clock", upkeep: true, clock, log }, signal);
}

/**
 * Compares the monitor's clock with the database's. A monitor whose clock is wrong checks slots that are over or still
 * to come; the consumer refuses those, and this says why beforehand.
 */
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { repeatUntilAborted } from "../running/repeating.ts";

/** The clock that all monitors can compare theirs with. */
export interface ReferenceClock {
  /** Milliseconds since the epoch. Throws `UnavailableError`. */
  nowMs(): Promise<number>;
}

const EVERY_MS = 3_600_000;
/** Clocks kept by NTP differ by far less. */
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
    // The answer was true somewhere between the question and now.
    const roundTripMs = clock.monotonicMs() - askedAtMs;
    const aheadMs = Math.round(clock.now() - roundTripMs / 2 - referenceMs);
    if (Math.abs(aheadMs) > TOLERATED_MS + roundTripMs / 2) {
      log.warn({ aheadMs }, "this machine's clock differs from the database's: set it, or slots go to waste");
    }
    return EVERY_MS;
  };
  await repeatUntilAborted(compare, { what: "database's clock", upkeep: true, clock, log }, signal);
}

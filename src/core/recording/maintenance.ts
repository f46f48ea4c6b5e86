/** Keeps the result tables in shape while a consumer runs: partitions made ahead, what is too old dropped. */
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { retryWhileUnavailable } from "../running/retrying.ts";
import type { ResultMaintenance, RetentionPolicy } from "./ports.ts";

const EVERY_MS = 3_600_000;

export interface MaintenanceOptions {
  readonly maintenance: ResultMaintenance;
  readonly policy: RetentionPolicy;
  readonly clock: Clock;
  readonly log: Log;
}

/** Maintains at once and then every hour until the signal aborts. */
export async function runMaintenance(
  { maintenance, policy, clock, log }: MaintenanceOptions,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const maintain = () => maintenance.maintain(policy, clock.now());
      const outcome = await retryWhileUnavailable(maintain, { what: "maintenance", log, signal });
      if (outcome.created + outcome.dropped > 0) log.info(outcome, "result partitions maintained");
      await clock.sleep(EVERY_MS, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}

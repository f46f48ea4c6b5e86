/** Keeps the partitions of the result tables while a consumer runs: makes those of the coming days, drops the oldest. */
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
      const { created, dropped, postponed } = outcome;
      if (created + dropped > 0) log.info({ created, dropped }, "partitions maintained");
      const [first] = postponed;
      if (first !== undefined) log.warn({ count: postponed.length, ...first }, "partitions not dropped yet");
      await clock.sleep(EVERY_MS, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}

/** Maintains the partitions of the result tables while a consumer runs: creates future ones and drops expired ones. */
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { repeatUntilAborted } from "../running/repeating.ts";
import type { ResultMaintenance, RetentionPolicy } from "./ports.ts";

const EVERY_MS = 3_600_000;

export interface MaintenanceOptions {
  readonly maintenance: ResultMaintenance;
  readonly policy: RetentionPolicy;
  readonly clock: Clock;
  readonly log: Log;
}

/** Maintains the partitions at once and then every hour until the signal aborts. */
export async function runMaintenance(
  { maintenance, policy, clock, log }: MaintenanceOptions,
  signal: AbortSignal,
): Promise<void> {
  const maintain = async (): Promise<number> => {
    const { created, dropped, postponed } = await maintenance.maintain(policy, clock.now());
    if (dropped > 0) log.info({ created, dropped }, "partitions maintained");
    else if (created > 0) log.debug({ created }, "partitions created");
    const [first] = postponed;
    if (first !== undefined) log.warn({ count: postponed.length, ...first }, "partitions not dropped yet");
    return EVERY_MS;
  };
  await repeatUntilAborted(maintain, { what: "partition upkeep", upkeep: true, clock, log }, signal);
}

/** Upkeep of the result tables' partitions, once: for their owner, where the consumer's user does not own them. */
import type { Database } from "../../core/database.ts";
import type { MaintenanceOutcome, RetentionPolicy } from "../../core/recording/ports.ts";

/** Makes the partitions of the coming days and drops those past retention. Throws `UnavailableError`. */
export async function maintainTables(
  { database }: { readonly database: Pick<Database, "maintenance"> },
  policy: RetentionPolicy,
  nowMs: number,
): Promise<MaintenanceOutcome> {
  return await database.maintenance.maintain(policy, nowMs);
}

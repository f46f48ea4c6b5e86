/** Maintains the result tables' partitions once: for their owner, when the consumer's role does not own the tables. */
import type { Database } from "../../../core/database.ts";
import type { MaintenanceOutcome, RetentionPolicy } from "../../../core/recording/ports.ts";

/** Creates the partitions for the next days and drops expired ones. Throws `UnavailableError`. */
export async function maintainTables(
  { database }: { readonly database: Pick<Database, "maintenance"> },
  policy: RetentionPolicy,
  nowMs: number,
): Promise<MaintenanceOutcome> {
  return await database.maintenance.maintain(policy, nowMs);
}

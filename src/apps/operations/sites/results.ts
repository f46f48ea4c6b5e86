/** Lists recorded results. */
import type { CheckResult } from "../../../contract/checks/check-result.ts";
import type { Clock } from "../../../core/clock.ts";
import type { Database } from "../../../core/database.ts";

export interface ResultsFilter {
  /** Id, name or URL of a site. */
  readonly site?: string | undefined;
  /** Only results of the last `sinceMs` milliseconds. */
  readonly sinceMs?: number | undefined;
  readonly limit: number;
}

/** Returns results, newest first. Throws `UnavailableError`. */
export async function listResults(
  { database, clock }: { readonly database: Pick<Database, "history">; readonly clock: Clock },
  { site, sinceMs, limit }: ResultsFilter,
): Promise<readonly CheckResult[]> {
  return await database.history.results({
    site,
    sinceMs: sinceMs === undefined ? undefined : clock.now() - sinceMs,
    limit,
  });
}

/** What was recorded, newest first. */
import type { CheckResult } from "../../contract/check-result.ts";
import { systemClock } from "../../services/process/clock.ts";
import { connectDatabase } from "../wiring/databases.ts";
import { type Invocation, startApp } from "../wiring/invocation.ts";
import { parseDuration } from "../wiring/watched-sites.ts";

export interface ResultsQuery {
  readonly site?: string | undefined;
  /** A duration back from now, such as `1h`. */
  readonly since?: string | undefined;
  readonly limit: number;
}

/** Throws `UsageError` naming the wrong option. */
export async function readResults(
  invocation: Invocation,
  query: ResultsQuery,
): Promise<readonly CheckResult[]> {
  const context = startApp("results", invocation);
  const sinceMs = parseDuration("--since", query.since);
  const { database } = await connectDatabase(context);
  try {
    await database.migrate();
    return await database.history.results({
      site: query.site,
      sinceMs: sinceMs === undefined ? undefined : systemClock.now() - sinceMs,
      limit: query.limit,
    });
  } finally {
    await database.close();
  }
}

/** What was recorded, newest first. */
import { z } from "zod";
import type { CheckResult } from "../contract/check-result.ts";
import { UsageError } from "../contract/errors.ts";
import { systemClock } from "../services/clock.ts";
import { connectDatabase } from "./databases.ts";
import { type Invocation, startApp } from "./invocation.ts";
import { parseDuration } from "./watched-sites.ts";

const limitSchema = z.coerce.number().int().min(1).max(1_000_000);

export interface ResultsQuery {
  readonly site?: string | undefined;
  /** A duration back from now, such as `1h`. */
  readonly since?: string | undefined;
  readonly limit: string;
}

/** Throws `UsageError` naming the wrong option. */
export async function readResults(
  invocation: Invocation,
  query: ResultsQuery,
): Promise<readonly CheckResult[]> {
  const context = startApp("results", invocation);
  const sinceMs = parseDuration("--since", query.since);
  const limit = limitSchema.safeParse(query.limit);
  if (!limit.success)
    throw new UsageError(`--limit is "${query.limit}": must be a whole number from 1 to 1000000`);
  const { database } = await connectDatabase(context);
  try {
    await database.migrate();
    return await database.history.results({
      site: query.site,
      sinceMs: sinceMs === undefined ? undefined : systemClock.now() - sinceMs,
      limit: limit.data,
    });
  } finally {
    await database.close();
  }
}

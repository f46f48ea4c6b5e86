// The resources of operations for tests: a migrated database of its own, and the database as the event log.
import { onTestFinished } from "vitest";
import type { Clock } from "../../../src/core/clock.ts";
import type { Database } from "../../../src/core/database.ts";
import { openPostgres } from "../../../src/services/postgres/database.ts";
import { systemClock } from "../../../src/services/process/clock.ts";
import { sharedPostgres } from "../../harness/shared.ts";
import { settingsOf } from "../../services/postgres/ground.ts";
import { quietLog } from "../../services/postgres/quiet-log.ts";

export interface Opened {
  readonly database: Database;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Closed and dropped when the test is finished. */
export async function openResources(): Promise<Opened> {
  const created = await sharedPostgres().createDatabase();
  const database = await openPostgres({ settings: settingsOf(created.url), log: quietLog });
  onTestFinished(async () => {
    await database.close();
    await created.drop();
  });
  await database.migrate();
  return { database, clock: systemClock, signal: new AbortController().signal };
}

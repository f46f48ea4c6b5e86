/**
 * Opens the database for some work: opens it, checks its tables, runs the work, and closes it, also when the work fails.
 * Only `up` and `migrate` create tables.
 */
import { FailureError } from "../../contract/errors.ts";
import { UnavailableError } from "../../core/failures.ts";
import { retryWhileUnavailable } from "../../core/running/retrying.ts";
import type { EventCounter, HealthSource } from "../../services/telemetry/health-server.ts";
import { type ChosenDatabase, openDatabase } from "./databases.ts";
import { withHealth } from "./health.ts";
import type { AppContext } from "./invocation.ts";

/**
 * For a command. Throws `FailureError` when the tables are missing or older than this program, `UnavailableError` when
 * the database cannot be reached, and whatever `work` throws.
 */
export async function withDatabase<T>(
  context: AppContext,
  work: (opened: ChosenDatabase) => Promise<T>,
): Promise<T> {
  return await closing(await openDatabase(context, { as: "guest", create: false }), async (opened) => {
    const problem = await tablesProblem(opened);
    if (problem !== null) throw new FailureError(problem);
    return await work(opened);
  });
}

/** For `migrate`: opens or creates a database, whose tables `work` creates. */
export async function withNewDatabase<T>(
  context: AppContext,
  work: (opened: ChosenDatabase) => Promise<T>,
): Promise<T> {
  return await closing(await openDatabase(context, { as: "guest", create: true }), work);
}

export interface LongRunning {
  readonly context: AppContext;
  /** `create` applies pending migrations; `wait` waits until `sitewire migrate` has run. */
  readonly tables: "create" | "wait";
  /** The sources of the app's health. */
  readonly health: (opened: ChosenDatabase) => Promise<readonly HealthSource[]>;
  /** Called before the first query. */
  readonly onOpened: (opened: ChosenDatabase) => void;
}

/** For a long-running app: serves its health, waits while the database is unavailable, then runs `work`. */
export async function withOwnDatabase(
  { context, tables, health, onOpened }: LongRunning,
  work: (opened: ChosenDatabase, counter: EventCounter) => Promise<void>,
): Promise<void> {
  const chosen = await openDatabase(context, { as: "owner", create: tables === "create" });
  await closing(chosen, async (opened) => {
    onOpened(opened);
    await withHealth({ context, sources: await health(opened) }, async (counter) => {
      if (tables === "create") await createTables(opened, context);
      else await awaitTables(opened, context);
      await work(opened, counter);
    });
  });
}

async function closing<T>(opened: ChosenDatabase, work: (opened: ChosenDatabase) => Promise<T>): Promise<T> {
  try {
    return await work(opened);
  } finally {
    await opened.database.close();
  }
}

async function createTables({ database }: ChosenDatabase, { log, invocation }: AppContext): Promise<void> {
  const { signal } = invocation;
  await retryWhileUnavailable(() => database.migrate(), { what: "database", log, signal });
}

async function awaitTables(opened: ChosenDatabase, { log, invocation }: AppContext): Promise<void> {
  const { signal } = invocation;
  // Waits for the database first, so missing tables are logged even after an outage.
  await retryWhileUnavailable(() => opened.database.pendingMigrations(), { what: "database", log, signal });
  const refuse = async (): Promise<void> => {
    const problem = await tablesProblem(opened);
    if (problem !== null) throw new UnavailableError(problem);
  };
  await retryWhileUnavailable(refuse, { what: "tables", log, signal });
}

/** Describes what is wrong with the tables and how to fix it; null when they are up to date. */
async function tablesProblem({ database, description }: ChosenDatabase): Promise<string | null> {
  const pending = await database.pendingMigrations();
  if (pending === null) return `${description} has no tables of Sitewire; run: sitewire migrate`;
  if (pending.length === 0) return null;
  return `the tables in ${description} are older than this program; run: sitewire migrate`;
}

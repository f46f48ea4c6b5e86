/**
 * The bracket around everything that uses the database: opens it, sees to its tables, hands it to the work and closes
 * it again, whatever the work does. Only `up` and `migrate` create tables.
 */
import { FailureError } from "../../contract/errors.ts";
import { UnavailableError } from "../../core/failures.ts";
import { retryWhileUnavailable } from "../../core/running/retrying.ts";
import type { EventCounter, HealthSource } from "../../services/telemetry/health-server.ts";
import { type ChosenDatabase, openDatabase } from "./databases.ts";
import { withHealth } from "./health.ts";
import type { AppContext } from "./invocation.ts";

/**
 * For a command: refuses a database whose tables are missing or older than this program. Throws `UnavailableError`
 * when the database can't be reached, and what the work throws.
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

/** For `migrate`: opens, or creates, a database whose tables the work creates. */
export async function withNewDatabase<T>(
  context: AppContext,
  work: (opened: ChosenDatabase) => Promise<T>,
): Promise<T> {
  return await closing(await openDatabase(context, { as: "guest", create: true }), work);
}

export interface LongRunning {
  readonly context: AppContext;
  /** `create` brings the tables up to date; `wait` waits until somebody has run `sitewire migrate`. */
  readonly tables: "create" | "wait";
  /** What the app's health tells of. */
  readonly health: (opened: ChosenDatabase) => Promise<readonly HealthSource[]>;
  /** Called before anything is asked of the database. */
  readonly onOpened: (opened: ChosenDatabase) => void;
}

/** For a long-running app: waits for a database that is away, and serves the app's health meanwhile. */
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
  // Reached first, so that missing tables are told even after an outage was.
  await retryWhileUnavailable(() => opened.database.pendingMigrations(), { what: "database", log, signal });
  const refuse = async (): Promise<void> => {
    const problem = await tablesProblem(opened);
    if (problem !== null) throw new UnavailableError(problem);
  };
  await retryWhileUnavailable(refuse, { what: "tables", log, signal });
}

/** What is wrong with the tables and how to mend it; null where nothing is. */
async function tablesProblem({ database, description }: ChosenDatabase): Promise<string | null> {
  const pending = await database.pendingMigrations();
  if (pending === null) return `${description} has no tables of Sitewire; run: sitewire migrate`;
  if (pending.length === 0) return null;
  return `the tables in ${description} are older than this program; run: sitewire migrate`;
}

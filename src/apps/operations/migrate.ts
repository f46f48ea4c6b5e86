/** Creates the database's tables, or brings them up to date. */
import { connectDatabase } from "../wiring/databases.ts";
import { type Invocation, startApp } from "../wiring/invocation.ts";

/** The names of the migrations that were applied now. Throws `UnavailableError`, `FailureError` or `UsageError`. */
export async function migrateDatabase(invocation: Invocation): Promise<readonly string[]> {
  const { database } = await connectDatabase(startApp("migrate", invocation));
  try {
    return await database.migrate();
  } finally {
    await database.close();
  }
}

/** Creates the database's tables, or brings them up to date. */
import type { Database } from "../../core/database.ts";

/** The names of the migrations that were applied now. Throws `UnavailableError` or `FailureError`. */
export async function migrateTables({
  database,
}: {
  readonly database: Pick<Database, "migrate">;
}): Promise<readonly string[]> {
  return await database.migrate();
}

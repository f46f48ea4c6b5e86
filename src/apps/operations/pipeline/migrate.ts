/** Creates the database's tables, or brings them up to date. */
import type { Database } from "../../../core/database.ts";

/** Returns the names of the migrations that it applied. Throws `UnavailableError` or `FailureError`. */
export async function migrateTables({
  database,
}: {
  readonly database: Pick<Database, "migrate">;
}): Promise<readonly string[]> {
  return await database.migrate();
}

/** Whether the database takes what an app writes: each statement is one of the app's own, over no rows. */
import type { DatabaseWork } from "../../core/database.ts";
import type { SqlService } from "./connecting/sql.ts";

/** PostgreSQL checks rights and read-only transactions before it looks for rows. */
const TRIALS: Readonly<Record<DatabaseWork, string>> = {
  append: "INSERT INTO outbox (topic_name, payload) SELECT topic_name, payload FROM outbox WHERE false",
  publish: "UPDATE outbox SET published = true WHERE false",
  record: "INSERT INTO check_results SELECT * FROM check_results WHERE false",
  deliver: "UPDATE notification_deliveries SET state = state WHERE false",
};

/** Throws `UnavailableError` where it would refuse one of these works now. */
export async function tryWriting(service: SqlService, works: readonly DatabaseWork[]): Promise<void> {
  for (const work of works) await service.change(TRIALS[work]);
}

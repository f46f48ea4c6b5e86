import pg from "pg";
import { openPostgres } from "../../../src/services/postgres/database.ts";
import { sharedPostgres } from "../../harness/shared.ts";
import { settingsOf } from "./ground.ts";
import { quietLog } from "./quiet-log.ts";
import { describeRepository } from "./repository/all.ts";

describeRepository(async () => {
  const test = await sharedPostgres().createDatabase();
  const database = await openPostgres({ settings: settingsOf(test.url), log: quietLog });
  const pool = new pg.Pool({ connectionString: test.url, max: 3 });
  // Dropping the database ends connections that are still closing, when the pool listens no more.
  pool.on("connect", (client) => client.on("error", () => {}));
  return {
    database,
    async sql(statement, values = []) {
      return (await pool.query<Record<string, unknown>>(statement, [...values])).rows;
    },
    async close() {
      await pool.end();
      await database.close();
      await test.drop();
    },
  };
});

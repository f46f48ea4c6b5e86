// The repository once more on the oldest PostgreSQL that is supported, where Debian's is installed.
import pg from "pg";
import { afterAll, beforeAll, describe } from "vitest";
import { openPostgres } from "../../../src/services/postgres/database.ts";
import { type PostgresServer, startPostgres } from "../../harness/postgres/postgres.ts";
import { oldestPostgres } from "../../harness/postgres/postgres-installation.ts";
import { settingsOf } from "./ground.ts";
import { quietLog } from "./quiet-log.ts";
import { describeRepository } from "./repository/all.ts";

const programs = oldestPostgres();
let server: PostgresServer;

describe.skipIf(programs === null)("on PostgreSQL 15", () => {
  beforeAll(async () => {
    if (programs !== null) server = await startPostgres({ programs });
  });

  afterAll(async () => {
    await server.stop();
  });

  describeRepository(async () => {
    const test = await server.createDatabase();
    const database = await openPostgres({ settings: settingsOf(test.url), log: quietLog });
    const pool = new pg.Pool({ connectionString: test.url, max: 3 });
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
});

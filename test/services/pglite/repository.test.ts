import path from "node:path";
import pg from "pg";
import { LocalSocket } from "../../../src/services/pglite/client-streams.ts";
import { openEmbedded } from "../../../src/services/pglite/embedded-database.ts";
import { socketPathOf } from "../../../src/services/pglite/socket-path.ts";
import { removeFolder, temporaryFolder } from "../../harness/temporary-folder.ts";
import { quietLog } from "../postgres/quiet-log.ts";
import { describeRepository } from "../postgres/repository/all.ts";

describeRepository(async () => {
  const parent = await temporaryFolder("embedded");
  const folder = path.join(parent, "data");
  const database = await openEmbedded({ folder, log: quietLog });
  // As any other process reaches it.
  const pool = new pg.Pool({ stream: () => new LocalSocket(socketPathOf(folder)), user: "postgres", max: 3 });
  return {
    database,
    async sql(statement, values = []) {
      return (await pool.query<Record<string, unknown>>(statement, [...values])).rows;
    },
    async close() {
      await pool.end();
      await database.close();
      await removeFolder(parent);
    },
  };
});

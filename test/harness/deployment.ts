// One deployment of Sitewire on the shared broker and server, with topics, group, database and folder of its own.
import { randomUUID } from "node:crypto";
import pg from "pg";
import { sharedKafka, sharedPostgres } from "./shared.ts";
import { type Ended, type RunningSitewire, sitewire, startSitewire } from "./sitewire.ts";
import { removeFolder, temporaryFolder } from "./temporary-folder.ts";

export interface Deployment {
  readonly folder: string;
  readonly brokers: string;
  readonly databaseUrl: string;
  /** Of results and of dead letters. */
  readonly topics: { readonly checks: string; readonly checksDead: string };
  /** What points every app at this deployment. */
  readonly environment: Readonly<Record<string, string>>;
  start(...args: string[]): RunningSitewire;
  run(...args: string[]): Promise<Ended>;
  /** Rows of a statement, as objects. */
  query(statement: string, values?: readonly unknown[]): Promise<readonly Record<string, unknown>[]>;
  /** Kills what still runs and deletes what it made, the topics aside. */
  remove(): Promise<void>;
}

/** @param brokers in place of the shared broker's. @param databaseUrl in place of a database on the shared server. */
export async function aDeployment(
  given: { readonly brokers?: string; readonly databaseUrl?: string } = {},
): Promise<Deployment> {
  const folder = await temporaryFolder("deployment");
  const brokers = given.brokers ?? sharedKafka().brokers;
  const created = given.databaseUrl === undefined ? await sharedPostgres().createDatabase() : null;
  const databaseUrl = given.databaseUrl ?? created?.url ?? "";
  const prefix = `test-${randomUUID()}`;
  const environment = {
    DATABASE_URL: databaseUrl,
    KAFKA_BROKERS: brokers,
    KAFKA_TOPIC_PREFIX: prefix,
    KAFKA_GROUP: prefix,
    KAFKA_PARTITIONS: "4",
    LOG_LEVEL: "info",
  };
  const running = new Set<RunningSitewire>();
  const start = (...args: string[]): RunningSitewire => {
    const app = startSitewire(args, { folder, environment });
    running.add(app);
    void app.ended.then(() => running.delete(app));
    return app;
  };
  // Only `migrate` and `up` create tables: whoever deploys the apps runs it first.
  if (given.databaseUrl === undefined) await sitewire(["migrate"], { folder, environment });
  return {
    folder,
    brokers,
    databaseUrl,
    topics: { checks: `${prefix}.checks`, checksDead: `${prefix}.checks.dead` },
    environment,
    start,
    run: (...args) => sitewire(args, { folder, environment }),
    async query(statement, values = []) {
      const client = new pg.Client({ connectionString: databaseUrl });
      await client.connect();
      try {
        const { rows } = await client.query<Record<string, unknown>>(statement, [...values]);
        return rows;
      } finally {
        await client.end();
      }
    },
    async remove() {
      await Promise.all([...running].map((app) => app.stop("SIGKILL")));
      await created?.drop();
      await removeFolder(folder);
    },
  };
}

// A fresh database for each test file that wants one, on any server.
import { randomUUID } from "node:crypto";
import pg from "pg";

export interface TestDatabase {
  readonly url: string;
  readonly name: string;
  /** Deletes it, ending whoever is still connected. */
  drop(): Promise<void>;
}

export interface DatabaseCreator {
  createDatabase(): Promise<TestDatabase>;
}

/** @param url of a role that may create databases. */
export function databasesOn(url: string): DatabaseCreator {
  return {
    createDatabase: async () => {
      const name = `sitewire_test_${randomUUID().replaceAll("-", "").slice(0, 16)}`;
      await execute(url, `CREATE DATABASE ${name}`);
      const own = new URL(url);
      own.pathname = `/${name}`;
      return {
        name,
        url: own.href,
        drop: () => execute(url, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
      };
    },
  };
}

async function execute(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => {});
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

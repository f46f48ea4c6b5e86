// A database whose sessions begin read-only, as in the middle of a failover; each stays so for its whole life.
import pg from "pg";

/** All sessions of the apps are ended, so that the next ones are read-only. */
export async function beginReadOnly(databaseUrl: string): Promise<void> {
  await administer(databaseUrl, [
    "ALTER DATABASE postgres SET default_transaction_read_only = on",
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'sitewire'",
  ]);
}

export async function endReadOnly(databaseUrl: string): Promise<void> {
  await administer(databaseUrl, ["ALTER DATABASE postgres RESET default_transaction_read_only"]);
}

async function administer(connectionString: string, statements: readonly string[]): Promise<void> {
  const options = "-c default_transaction_read_only=off";
  const client = new pg.Client({ connectionString, application_name: "chaos", options });
  client.on("error", () => {});
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

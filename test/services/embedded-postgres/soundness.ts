// What pg_checksums and pg_amcheck tell, asked of the server itself: the packages with the embedded server hold neither.
// Every page of every table and index is read through the server, which compares its checksum; amcheck compares tables
// with their indexes.
import pg from "pg";

export interface Soundness {
  /** One line for each fault. */
  readonly faults: readonly string[];
  readonly tables: number;
  readonly indexes: number;
}

const READ_EVERY_PAGE = `
  SELECT relname FROM pg_class WHERE relkind IN ('r', 'i', 't', 'm') AND relpersistence = 'p'`;

const TABLES = `
  SELECT relname, msg AS message FROM (SELECT oid, relname FROM pg_class WHERE relkind IN ('r', 't') AND relpersistence = 'p') AS tables
  LEFT JOIN LATERAL verify_heapam(tables.oid) AS fault ON true`;

const INDEXES = `
  SELECT indexrelid::regclass::text AS relname FROM pg_index
  JOIN pg_class ON pg_class.oid = indexrelid JOIN pg_am ON pg_am.oid = relam
  WHERE amname = 'btree' AND relkind = 'i' AND indisvalid AND relpersistence = 'p'`;

/** @param folder Sitewire's data folder, with its server running. */
export async function soundnessOf(folder: string): Promise<Soundness> {
  const client = new pg.Client({ host: folder, user: "postgres", database: "postgres" });
  await client.connect();
  const faults: string[] = [];
  try {
    await client.query("CREATE EXTENSION IF NOT EXISTS amcheck; CREATE EXTENSION IF NOT EXISTS pg_prewarm");
    const { rows: relations } = await client.query<{ relname: string }>(READ_EVERY_PAGE);
    const read = "SELECT pg_prewarm(oid, 'buffer') FROM pg_class WHERE relname = $1 AND relpersistence = 'p'";
    for (const { relname } of relations) {
      await client
        .query(read, [relname])
        .catch((error: Error) => faults.push(`${relname}: ${error.message}`));
    }
    const { rows: tables } = await client.query<{ relname: string; message: string | null }>(TABLES);
    for (const { relname, message } of tables) if (message !== null) faults.push(`${relname}: ${message}`);
    const { rows: indexes } = await client.query<{ relname: string }>(INDEXES);
    for (const { relname } of indexes) {
      const check = "SELECT bt_index_parent_check($1::regclass, true, true)";
      await client
        .query(check, [relname])
        .catch((error: Error) => faults.push(`${relname}: ${error.message}`));
    }
    const { rows: sums } = await client.query<{ failures: string }>(
      "SELECT coalesce(sum(checksum_failures), -1) AS failures FROM pg_stat_database",
    );
    if (sums[0]?.failures !== "0") faults.push(`checksum failures: ${sums[0]?.failures}`);
    return { faults, tables: new Set(tables.map(({ relname }) => relname)).size, indexes: indexes.length };
  } finally {
    await client.end();
  }
}

/** The secret that all server processes share: one in the configuration, else one that the first of them makes. */
import { createSecret } from "../../../core/accounts/secrets.ts";
import type { Sql } from "../connecting/sql.ts";

const KEEP = `
  WITH kept AS (
    INSERT INTO server_secrets (name, value) VALUES ('sign-in', $1) ON CONFLICT (name) DO NOTHING RETURNING value
  )
  SELECT value FROM kept UNION ALL SELECT value FROM server_secrets WHERE name = 'sign-in' LIMIT 1`;
const READ = "SELECT value FROM server_secrets WHERE name = 'sign-in'";

export async function serverSecret(sql: Sql): Promise<string> {
  await sql.rows(KEEP, [createSecret()]);
  // Read again: two processes that start together keep the first one's.
  const [row] = await sql.rows<{ value: string }>(READ);
  if (row === undefined) throw new Error("the server's secret was not kept");
  return row.value;
}

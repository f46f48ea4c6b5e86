/** Whether a database user may do with Sitewire's tables what the apps do; asked of the catalogue, nothing is tried. */
import type { PostgresSettings } from "../../../contract/connection-settings.ts";
import { failed, type Outcome, passed } from "../../../core/diagnosis/finding.ts";
import type { SqlService } from "../connecting/sql.ts";

const TABLE_RIGHTS = `
  SELECT string_agg(relname, ', ' ORDER BY relname) AS lacking FROM pg_class
  WHERE relnamespace = to_regnamespace($1) AND relkind IN ('r', 'p')
    AND relname IN (
      'sites', 'site_schedules', 'outbox', 'leases', 'lease_owners', 'check_results', 'result_partitions',
      'result_retention', 'uptime_hourly', 'uptime_daily', 'site_state'
    )
    AND NOT (
      has_table_privilege(oid, 'SELECT') AND has_table_privilege(oid, 'INSERT')
      AND has_table_privilege(oid, 'UPDATE') AND has_table_privilege(oid, 'DELETE')
    )`;

export async function tryTableRights(
  service: SqlService,
  { schema, user }: PostgresSettings,
): Promise<Outcome> {
  const [row] = await service.rows<{ lacking: string | null }>(TABLE_RIGHTS, [schema]);
  if (row === undefined || row.lacking === null) return passed(`the user ${user} may read and write them`);
  return failed(
    `the user ${user} may not write to ${row.lacking}`,
    `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO ${user}`,
  );
}

type PartitionRow = { readonly may_create: boolean; readonly foreign_owners: string | null };

/** Only an owner attaches a partition to a table, and only its owner drops one. */
const PARTITIONS = `
  SELECT
    has_schema_privilege(to_regnamespace($1), 'CREATE') AS may_create,
    (
      SELECT string_agg(DISTINCT pg_get_userbyid(relowner), ', ') FROM pg_class
      WHERE relnamespace = to_regnamespace($1) AND NOT pg_has_role(relowner, 'USAGE')
        AND (relname = 'check_results' OR oid IN (
          SELECT inhrelid FROM pg_inherits
          JOIN pg_class AS parent ON parent.oid = inhparent
          WHERE parent.relname = 'check_results' AND parent.relnamespace = to_regnamespace($1)
        ))
    ) AS foreign_owners`;

/** The consumer makes a partition of `check_results` a day, and drops the oldest. */
export async function tryPartitions(
  service: SqlService,
  { schema, user }: PostgresSettings,
): Promise<Outcome> {
  const [row] = await service.rows<PartitionRow>(PARTITIONS, [schema]);
  if (row?.may_create !== true) {
    return failed(
      `the user ${user} may not make partitions of check_results: it may create no table in the schema ${schema}`,
      `GRANT CREATE ON SCHEMA ${schema} TO ${user}`,
    );
  }
  if (row.foreign_owners !== null) {
    return failed(
      `the user ${user} may not make and drop partitions of check_results: it belongs to ${row.foreign_owners}`,
      `ALTER TABLE ${schema}.check_results OWNER TO ${user}, and so for each of its partitions`,
    );
  }
  return passed(`the user ${user} may make and drop those of check_results`);
}

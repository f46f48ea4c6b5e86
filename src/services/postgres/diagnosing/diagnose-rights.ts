/** Whether a database user may do with Sitewire's tables what the apps do; asked of the catalogue, nothing is tried. */
import type { PostgresSettings } from "../../../contract/settings/connection-settings.ts";
import { failed, type Outcome, passed } from "../../../core/diagnosis/finding.ts";
import type { SqlService } from "../connecting/sql.ts";

const TABLE_RIGHTS = `
  SELECT string_agg(relname, ', ' ORDER BY relname) AS lacking FROM pg_class
  WHERE relnamespace = to_regnamespace($1) AND relkind IN ('r', 'p')
    AND relname IN (
      'sites', 'site_schedules', 'outbox', 'leases', 'lease_owners', 'check_results', 'result_retention',
      'uptime_hourly', 'uptime_daily', 'site_state', 'live_changes', 'incidents', 'incident_steps', 'site_incidents',
      'notification_deliveries', 'silences', 'maintenance_windows', 'idempotency_keys', 'domain_registrations',
      'channels', 'alert_routes', 'post_mortems', 'status_pages', 'status_page_notices', 'status_page_updates', 'people',
      'sessions', 'access_tokens', 'one_time_links', 'sign_in_methods', 'sign_in_challenges', 'second_factors', 'passkeys',
      'counted_attempts', 'server_secrets', 'audit_log', 'outboxes'
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

type PartitionRow = { readonly may_make: boolean | null; readonly owner: string; readonly owns: boolean };

/** `ensure_partition` runs as the owner of the tables; only an owner drops a partition. */
const PARTITIONS = `
  SELECT
    has_function_privilege(to_regprocedure(format('%I.ensure_partition(text, date)', $1::text)), 'EXECUTE') AS may_make,
    pg_get_userbyid(relowner) AS owner, pg_has_role(relowner, 'USAGE') AS owns
  FROM pg_class WHERE relnamespace = to_regnamespace($1) AND relname = 'check_results'`;

/** The consumer makes partitions ahead of time and for late results. Whoever owns them drops those past retention. */
export async function tryPartitions(
  service: SqlService,
  { schema, user }: PostgresSettings,
): Promise<Outcome> {
  const [row] = await service.rows<PartitionRow>(PARTITIONS, [schema]);
  if (row?.may_make !== true) {
    return failed(
      `the user ${user} may not make partitions of check_results`,
      `GRANT EXECUTE ON FUNCTION ${schema}.ensure_partition TO ${user}`,
    );
  }
  return passed(
    row.owns
      ? `the user ${user} may make and drop those of check_results`
      : `the user ${user} may make those of check_results; ${row.owner} drops them with: sitewire maintain`,
  );
}

/** What `sitewire doctor` finds of a PostgreSQL server, one step after the other. Changes nothing there. */
import type { PostgresSettings } from "../../contract/connection-settings.ts";
import { FailureError } from "../../contract/errors.ts";
import type { Finding } from "../../core/diagnosis/finding.ts";
import type { Log } from "../../core/log.ts";
import { PostgresConnections } from "./connection.ts";
import { sqlStateOf } from "./failures.ts";
import { pendingMigrations } from "./migrations.ts";
import { SqlService } from "./sql.ts";

const OLDEST_VERSION = 15;
const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** Stops at the first thing that fails: what comes after it can't be known. No text holds the password. */
export async function diagnosePostgres(settings: PostgresSettings): Promise<readonly Finding[]> {
  const connections = new PostgresConnections(settings);
  const service = new SqlService({
    connection: () => connections.configuration(),
    onConnectFailure: (error) => connections.fallBack(error),
    maxConnections: 1,
    server: () => connections.name,
    oneSession: false,
    log: silent,
  });
  try {
    return await diagnoseService(service, settings);
  } finally {
    await service.close();
  }
}

async function diagnoseService(service: SqlService, settings: PostgresSettings): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const step of [diagnoseConnection, diagnoseVersion, diagnoseWriting, diagnoseSchema]) {
    try {
      findings.push(await step(service, settings));
    } catch (error) {
      findings.push(failed(error, settings));
    }
    if (findings.at(-1)?.ok !== true) break;
  }
  return findings;
}

type ConnectionRow = { readonly user: string; readonly tls: string | null };

const CONNECTION = `
  SELECT current_user AS user, version AS tls FROM pg_stat_ssl WHERE pid = pg_backend_pid() AND ssl
  UNION ALL SELECT current_user, NULL LIMIT 1`;

async function diagnoseConnection(service: SqlService, settings: PostgresSettings): Promise<Finding> {
  const [row] = await service.rows<ConnectionRow>(CONNECTION);
  const tls = row?.tls ?? null;
  const verified = settings.sslMode.startsWith("verify")
    ? "certificate verified"
    : "certificate not verified";
  const how = tls === null ? "without TLS" : `${tls}, ${verified}`;
  return { name: "database", ok: true, detail: `${service.server}: connected, ${how}`, fix: null };
}

async function diagnoseVersion(service: SqlService): Promise<Finding> {
  const [row] = await service.rows<{ number: number; version: string }>(
    "SELECT current_setting('server_version_num')::integer AS number, current_setting('server_version') AS version",
  );
  const ok = Math.floor((row?.number ?? 0) / 10_000) >= OLDEST_VERSION;
  return {
    name: "database version",
    ok,
    detail: `PostgreSQL ${row?.version}`,
    fix: ok ? null : `upgrade the server to PostgreSQL ${OLDEST_VERSION} or newer`,
  };
}

async function diagnoseWriting(service: SqlService): Promise<Finding> {
  const name = "database writing";
  const [row] = await service.rows<{ standby: boolean; read_only: boolean }>(
    `SELECT pg_is_in_recovery() AS standby, current_setting('transaction_read_only')::boolean AS read_only`,
  );
  if (row?.standby === true) {
    return {
      name,
      ok: false,
      detail: "the server is a standby, read-only",
      fix: "connect to the primary server",
    };
  }
  if (row?.read_only === true) {
    const fix = "set default_transaction_read_only off for this user and database";
    return { name, ok: false, detail: "transactions are read-only", fix };
  }
  return { name, ok: true, detail: "transactions may write", fix: null };
}

type RightsRow = {
  readonly exists: boolean;
  readonly may_use: boolean;
  readonly may_create: boolean;
  readonly lacking: string | null;
};

const RIGHTS = `
  SELECT
    to_regnamespace($1) IS NOT NULL AS exists,
    coalesce(has_schema_privilege(to_regnamespace($1), 'USAGE'), false) AS may_use,
    coalesce(
      has_schema_privilege(to_regnamespace($1), 'CREATE'),
      has_database_privilege(current_database(), 'CREATE')
    ) AS may_create,
    (
      SELECT string_agg(relname, ', ' ORDER BY relname) FROM pg_class
      WHERE relnamespace = to_regnamespace($1) AND relkind IN ('r', 'p')
        AND relname IN (
          'sites', 'site_schedules', 'outbox', 'leases', 'lease_owners', 'check_results', 'result_partitions',
          'result_retention', 'uptime_hourly', 'uptime_daily', 'site_state'
        )
        AND NOT (
          has_table_privilege(oid, 'SELECT') AND has_table_privilege(oid, 'INSERT')
          AND has_table_privilege(oid, 'UPDATE') AND has_table_privilege(oid, 'DELETE')
        )
    ) AS lacking`;

async function diagnoseSchema(service: SqlService, { schema, user }: PostgresSettings): Promise<Finding> {
  const name = "database tables";
  const [rights] = await service.rows<RightsRow>(RIGHTS, [schema]);
  if (rights?.exists === true && !rights.may_use) {
    const fix = `GRANT USAGE, CREATE ON SCHEMA ${schema} TO ${user}`;
    return { name, ok: false, detail: `the user ${user} may not use the schema ${schema}`, fix };
  }
  const pending = await pendingMigrations(service, schema);
  if (pending === null || pending.length > 0) {
    const detail =
      pending === null ? `no tables in the schema ${schema}` : `not up to date: ${pending.join(", ")}`;
    const grant = `GRANT CREATE ON SCHEMA ${schema} TO ${user}, then run sitewire migrate`;
    return { name, ok: false, detail, fix: rights?.may_create === true ? "run sitewire migrate" : grant };
  }
  if (rights?.lacking != null) {
    const fix = `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO ${user}`;
    return { name, ok: false, detail: `the user ${user} may not write to ${rights.lacking}`, fix };
  }
  return { name, ok: true, detail: `up to date in the schema ${schema}`, fix: null };
}

function failed(error: unknown, settings: PostgresSettings): Finding {
  if (error instanceof FailureError) {
    return { name: "database tables", ok: false, detail: error.message, fix: "install the newest Sitewire" };
  }
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  const detail = error instanceof Error ? error.message : String(error);
  return { name: "database", ok: false, detail, fix: fixOf(cause, settings) };
}

function fixOf(cause: unknown, { host, port, user, database, sslMode }: PostgresSettings): string {
  const code = sqlStateOf(cause) ?? (cause instanceof Error && "code" in cause ? String(cause.code) : "");
  const text = cause instanceof Error ? cause.message : "";
  switch (code) {
    case "28P01":
      return `check the password of the user ${user} (DATABASE_URL or database.password)`;
    case "28000":
      return `let ${user} in from this machine: pg_hba.conf of the server, or sslMode require if it wants TLS`;
    case "3D000":
      return `create it: CREATE DATABASE ${database}`;
    case "53300":
      return "raise max_connections of the server, or lower database.maxConnections";
    case "ECONNREFUSED":
      return `start PostgreSQL on ${host}, or correct the port ${port}`;
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `correct the host name ${host}, or the name server's entry`;
    case "ERR_TLS_CERT_ALTNAME_INVALID":
      return `name the host as its certificate does, or set database.sslMode to verify-ca`;
    case "CERT_HAS_EXPIRED":
      return "renew the server's certificate";
    default:
      break;
  }
  if (text.includes("does not support SSL"))
    return "switch TLS on at the server, or set database.sslMode to disable";
  if (text.startsWith("SASL"))
    return `set the password of the user ${user} (DATABASE_URL or database.password)`;
  if (sslMode.startsWith("verify") && sqlStateOf(cause) === null) {
    return "set database.ca to the CA that signed the server's certificate";
  }
  return `check that PostgreSQL on ${host}:${port} can be reached from here and serves`;
}

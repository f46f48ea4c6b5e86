/** What `sitewire doctor` finds of a PostgreSQL server, one step after the other. Changes nothing there. */
import { connect } from "node:net";
import { FailureError, messageOf } from "../../../contract/errors.ts";
import type { PostgresSettings } from "../../../contract/settings/connection-settings.ts";
import { type Finding, failed, type Outcome, passed } from "../../../core/diagnosis/finding.ts";
import { inOrder, type Step } from "../../../core/diagnosis/steps.ts";
import type { Log } from "../../../core/log.ts";
import { opened } from "../../network/opened.ts";
import { fixOf } from "../connecting/connection-fixes.ts";
import { failureOf } from "../connecting/failures.ts";
import { openSql } from "../connecting/open-sql.ts";
import { WrongEncodingError } from "../connecting/session.ts";
import type { SqlService } from "../connecting/sql.ts";
import { pendingMigrations } from "../migrations.ts";
import { tryPartitions, tryTableRights } from "./diagnose-rights.ts";

const OLDEST_VERSION = 15;
const CONNECT_TIMEOUT_MS = 5_000;
const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** Steps after the first failure are skipped, because they depend on it. No text holds the password. */
export async function diagnosePostgres(settings: PostgresSettings): Promise<readonly Finding[]> {
  const service = openSql({ ...settings, maxConnections: 1 }, silent);
  const step = (
    what: string,
    attempt: (service: SqlService, settings: PostgresSettings) => Promise<Outcome>,
  ) => stepOf(what, () => attempt(service, settings), settings);
  try {
    return await inOrder([
      step("reachable", tryReaching),
      step("login", tryLogin),
      step("sessions", trySessions),
      step("version", tryVersion),
      step("writing", tryWriting),
      step("tables", tryTables),
      step("rights on tables", tryTableRights),
      step("partitions", tryPartitions),
    ]);
  } finally {
    await service.close();
  }
}

function stepOf(what: string, attempt: () => Promise<Outcome>, settings: PostgresSettings): Step {
  return {
    name: `database, ${what}`,
    async attempt() {
      try {
        return await attempt();
      } catch (error) {
        return failure(error, settings);
      }
    },
  };
}

async function tryReaching(service: SqlService, { host, port }: PostgresSettings): Promise<Outcome> {
  const place = host.startsWith("/") ? { path: `${host}/.s.PGSQL.${port}` } : { host, port };
  try {
    const socket = connect(place);
    await opened(socket, "connect", CONNECT_TIMEOUT_MS);
    const { remoteAddress } = socket;
    socket.destroy();
    return passed(
      `connected to ${remoteAddress === undefined ? place.path : `${remoteAddress}, port ${port}`}`,
    );
  } catch (error) {
    throw failureOf(error, service.server);
  }
}

type ConnectionRow = { readonly user: string; readonly tls: string | null };

const CONNECTION = `
  SELECT current_user AS user, version AS tls FROM pg_stat_ssl WHERE pid = pg_backend_pid() AND ssl
  UNION ALL SELECT current_user, NULL LIMIT 1`;

async function tryLogin(service: SqlService, settings: PostgresSettings): Promise<Outcome> {
  const [row] = await service.rows<ConnectionRow>(CONNECTION);
  const tls = row?.tls ?? null;
  const verified = settings.sslMode.startsWith("verify")
    ? "certificate verified"
    : "certificate not verified";
  const how = tls === null ? "without TLS" : `${tls}, ${verified}`;
  return passed(`${service.server}: connected, ${how}`);
}

/** Behind a pooler there are no notifications, and some upkeep of tables runs in no transaction. */
async function trySessions(service: SqlService, { direct }: PostgresSettings): Promise<Outcome> {
  if ((await service.sessionKind()) === "direct") return passed("of our own");
  if (direct !== undefined) return passed("shared through a connection pooler; a direct URL leads past it");
  return passed(
    "shared through a connection pooler: new work is polled for; set DATABASE_DIRECT_URL to be notified",
  );
}

async function tryVersion(service: SqlService): Promise<Outcome> {
  const [row] = await service.rows<{ number: number; version: string }>(
    "SELECT current_setting('server_version_num')::integer AS number, current_setting('server_version') AS version",
  );
  const detail = `PostgreSQL ${row?.version}`;
  if (Math.floor((row?.number ?? 0) / 10_000) >= OLDEST_VERSION) return passed(detail);
  return failed(detail, `upgrade the server to PostgreSQL ${OLDEST_VERSION} or newer`);
}

async function tryWriting(service: SqlService): Promise<Outcome> {
  const [row] = await service.rows<{ standby: boolean; read_only: boolean }>(
    `SELECT pg_is_in_recovery() AS standby, current_setting('transaction_read_only')::boolean AS read_only`,
  );
  if (row?.standby === true) {
    return failed("the server is a standby, read-only", "connect to the primary server");
  }
  if (row?.read_only === true) {
    return failed(
      "transactions are read-only",
      "set default_transaction_read_only off for this user and database",
    );
  }
  return passed("transactions may write");
}

type SchemaRow = { readonly exists: boolean; readonly may_use: boolean; readonly may_create: boolean };

const SCHEMA = `
  SELECT
    to_regnamespace($1) IS NOT NULL AS exists,
    coalesce(has_schema_privilege(to_regnamespace($1), 'USAGE'), false) AS may_use,
    coalesce(
      has_schema_privilege(to_regnamespace($1), 'CREATE'),
      has_database_privilege(current_database(), 'CREATE')
    ) AS may_create`;

async function tryTables(service: SqlService, { schema, user }: PostgresSettings): Promise<Outcome> {
  const [rights] = await service.rows<SchemaRow>(SCHEMA, [schema]);
  if (rights?.exists === true && !rights.may_use) {
    return failed(
      `the user ${user} may not use the schema ${schema}`,
      `GRANT USAGE, CREATE ON SCHEMA ${schema} TO ${user}`,
    );
  }
  const pending = await pendingMigrations(service, schema);
  if (pending === null || pending.length > 0) {
    const detail =
      pending === null ? `no tables in the schema ${schema}` : `not up to date: ${pending.join(", ")}`;
    const grant = `GRANT CREATE ON SCHEMA ${schema} TO ${user}, then run sitewire migrate`;
    return failed(detail, rights?.may_create === true ? "run sitewire migrate" : grant);
  }
  return passed(`up to date in the schema ${schema}`);
}

function failure(error: unknown, settings: PostgresSettings): Outcome {
  const detail = messageOf(error);
  if (error instanceof WrongEncodingError) {
    return failed(detail, `CREATE DATABASE ${settings.database} ENCODING 'UTF8' TEMPLATE template0`);
  }
  if (error instanceof FailureError) return failed(detail, "install the newest Sitewire");
  return failed(detail, fixOf(error instanceof Error ? (error.cause ?? error) : error, settings));
}

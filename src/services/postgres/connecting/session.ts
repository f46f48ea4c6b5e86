/**
 * The settings every statement of ours relies on. A server keeps them for the session; behind a connection pooler a
 * session is shared with strangers from one transaction to the next, so each transaction sets them for itself.
 */
import pg from "pg";
import { FailureError } from "../../../contract/errors.ts";

/** `direct`: the connection leads to one server process. `pooled`: a pooler lends one for each transaction. */
export type SessionKind = "direct" | "pooled";

/** The server ends what takes longer; batches are far below it. */
const STATEMENT_TIMEOUT_MS = 60_000;
const LOCK_TIMEOUT_MS = 20_000;
/** Frees the locks of a process that hangs in the middle of a transaction. */
const IDLE_IN_TRANSACTION_MS = 60_000;

const NEEDED_ENCODING = "UTF8";

/**
 * Whatever the server, the database or the role has set instead (PostgreSQL manual, "Server Configuration"). Settings
 * that a server version lacks are left out.
 */
function settingsOf(schema: string): ReadonlyMap<string, string> {
  return new Map([
    ["search_path", pg.escapeIdentifier(schema)],
    ["client_encoding", "UTF8"],
    ["TimeZone", "UTC"],
    ["DateStyle", "ISO"],
    ["IntervalStyle", "postgres"],
    ["bytea_output", "hex"],
    ["array_nulls", "on"],
    ["extra_float_digits", "1"],
    ["standard_conforming_strings", "on"],
    ["client_min_messages", "warning"],
    ["default_transaction_isolation", "read committed"],
    ["statement_timeout", String(STATEMENT_TIMEOUT_MS)],
    ["lock_timeout", String(LOCK_TIMEOUT_MS)],
    ["idle_in_transaction_session_timeout", String(IDLE_IN_TRANSACTION_MS)],
    ["idle_session_timeout", "0"],
    ["transaction_timeout", "0"],
  ]);
}

function wantedSettings(schema: string): string {
  const rows = [...settingsOf(schema)].map((setting) => `(${setting.map(pg.escapeLiteral).join(", ")})`);
  return `(VALUES ${rows.join(", ")}) AS wanted (name, value)`;
}

/** Begins a transaction with our settings, on whichever server process the pooler lends. */
export function pooledBegin(schema: string): string {
  return `BEGIN ISOLATION LEVEL READ COMMITTED;
    SELECT count(set_config(name, value, true)) FROM ${wantedSettings(schema)}
    WHERE current_setting(name, true) IS NOT NULL`;
}

type SessionRow = { readonly encoding: string; readonly direct: boolean };

/** The database can't hold every text. */
export class WrongEncodingError extends FailureError {}

/**
 * Finds out what a new connection leads to, and sets a session that is ours alone. A pooler makes up the process
 * number that it tells its client (PostgreSQL manual, "Message Formats", BackendKeyData), so another number than the
 * server's own means that there is one. Throws `WrongEncodingError`.
 */
export async function prepareSession(
  client: pg.ClientBase,
  { schema, server }: { readonly schema: string; readonly server: string },
): Promise<SessionKind> {
  const direct = `pg_backend_pid() = ${toldProcessId(client) ?? "NULL"}`;
  const { rows } = await client.query<SessionRow>(`
    SELECT current_setting('server_encoding') AS encoding, (${direct}) IS TRUE AS direct, (
      SELECT count(set_config(name, value, false)) FROM ${wantedSettings(schema)}
      WHERE ${direct} AND current_setting(name, true) IS NOT NULL
    ) AS set`);
  const encoding = rows[0]?.encoding;
  if (encoding !== NEEDED_ENCODING) {
    throw new WrongEncodingError(
      `${server}: its encoding is ${encoding}, which can't hold every text: ` +
        `use a database made with ENCODING '${NEEDED_ENCODING}' TEMPLATE template0`,
    );
  }
  return rows[0]?.direct === true ? "direct" : "pooled";
}

/** Undefined where this version of the driver keeps it elsewhere: the connection is then taken for a pooled one. */
function toldProcessId(client: pg.ClientBase): number | undefined {
  return "processID" in client && typeof client.processID === "number" ? client.processID : undefined;
}

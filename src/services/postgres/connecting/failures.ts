/**
 * Classifies a database error: try again later (`UnavailableError`), set this data aside (`RefusedError`), or a
 * programming error (the error itself). SQLSTATE codes are those of the PostgreSQL manual, appendix A.
 */
import pg from "pg";
import { FailureError } from "../../../contract/errors.ts";
import { RefusedError, UnavailableError } from "../../../core/failures.ts";

/** Classes of SQLSTATE whose codes are all treated alike. */
const UNAVAILABLE_CLASSES = new Set([
  "08", // connection exception
  "25", // invalid transaction state: read-only, idle too long
  "28", // invalid authorization
  "3D", // no such database
  "3F", // no such schema: not migrated yet
  "40", // transaction rollback: deadlock, serialization failure
  "53", // insufficient resources: disk full, out of memory, too many connections
  "55", // object not in prerequisite state: lock not available
  "57", // operator intervention: shutdown, cancelled, timeouts
  "58", // system error: input/output
  "XX", // internal error: nothing is wrong with the data
]);

const REFUSED_CLASSES = new Set([
  "21", // cardinality violation
  "22", // data exception
  "23", // integrity constraint violation
  "44", // check option violation
  "54", // program limit exceeded: a value too large for an index
]);

/** Codes that differ from their class, each with its fix. */
const UNAVAILABLE_CODES = new Map([
  ["42P01", "a table is missing: run sitewire migrate"],
  ["42703", "a column is missing: run sitewire migrate"],
  ["42883", "a function is missing: run sitewire migrate"],
  ["42501", "the user lacks a right: grant it"],
  ["26000", "a prepared statement is gone"],
]);

/** Explains the codes that a wrong configuration or an administrator causes. */
const EXPLANATIONS = new Map([
  ["28P01", "the password is wrong"],
  ["28000", "the server does not admit this user (pg_hba.conf)"],
  ["3D000", "there is no such database"],
  ["53300", "too many connections"],
  ["25006", "it is read-only"],
  ["53100", "its disk is full"],
  ["57P03", "it is starting up or shutting down"],
]);

/** `server` names the server: host, port, user and database, never a password. */
export function failureOf(error: unknown, server: string): Error {
  if (error instanceof UnavailableError || error instanceof RefusedError || error instanceof FailureError) {
    return error;
  }
  if (!(error instanceof Error)) return new UnavailableError(`${server}: ${String(error)}`);
  const code = sqlStateOf(error);
  if (code === null)
    return new UnavailableError(`${server}: ${connectionTrouble(error)}`, { cause: error, outage: server });
  if (isStalePlan(error))
    return new UnavailableError(`${server}: ${error.message} (${code})`, { cause: error });
  const explanation = EXPLANATIONS.get(code) ?? UNAVAILABLE_CODES.get(code);
  const message = explanation === undefined ? error.message : `${explanation}: ${error.message}`;
  if (UNAVAILABLE_CODES.has(code) || UNAVAILABLE_CLASSES.has(code.slice(0, 2))) {
    // A server that stops is met as a broken connection by one and as a refusal by another.
    const outage = ["08", "57"].includes(code.slice(0, 2)) ? server : `${server} ${code}`;
    return new UnavailableError(`${server}: ${message} (${code})`, { cause: error, outage });
  }
  if (REFUSED_CLASSES.has(code.slice(0, 2))) return new RefusedError(code, error.message, { cause: error });
  return error;
}

/** Classes and codes by which a server says "not here, not now": another session may be served. */
const LOST_WITH = ["08", "25006", "25P03", "25P04", "26000", "53", "55P03", "57P", "58"];

/** True when the connection that the error came over must not be used again. */
export function lostConnection(error: unknown): boolean {
  const code = sqlStateOf(error);
  return code === null || LOST_WITH.some((beginning) => code.startsWith(beginning)) || isStalePlan(error);
}

/** True for `read_only_sql_transaction`, whether classified already or not. */
export function isReadOnly(error: unknown): boolean {
  return sqlStateOf(error instanceof UnavailableError ? error.cause : error) === "25006";
}

/** The tables were changed since the connection prepared the statement. The message itself may be in any language. */
function isStalePlan(error: unknown): boolean {
  return (
    error instanceof pg.DatabaseError && error.code === "0A000" && error.routine === "RevalidateCachedQuery"
  );
}

/** Null where the error did not come from the server. */
export function sqlStateOf(error: unknown): string | null {
  return error instanceof pg.DatabaseError && error.code !== undefined ? error.code : null;
}

const SYSTEM_ERRORS = new Map([
  ["ECONNREFUSED", "connection refused: nothing listens there"],
  ["ENOTFOUND", "the host name is unknown"],
  ["EAI_AGAIN", "the host name can't be resolved now"],
  ["ENOENT", "there is no such socket"],
  ["ECONNRESET", "the connection was cut"],
  ["EPIPE", "the connection was cut"],
  ["ETIMEDOUT", "the connection timed out"],
  ["EHOSTUNREACH", "the host is unreachable"],
  ["ENETUNREACH", "the network is unreachable"],
  ["SELF_SIGNED_CERT_IN_CHAIN", "its certificate is not signed by the CA that is trusted"],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", "its certificate is not signed by the CA that is trusted"],
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "its certificate is not signed by the CA that is trusted"],
  ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "its certificate is not signed by the CA that is trusted"],
  ["CERT_SIGNATURE_FAILURE", "its certificate is not signed by the CA that is trusted"],
  ["CERT_HAS_EXPIRED", "its certificate has expired"],
  ["ERR_TLS_CERT_ALTNAME_INVALID", "its certificate is for another host"],
]);

function connectionTrouble(error: Error): string {
  // A host with several addresses fails with one error for each.
  const [first] = error instanceof AggregateError ? error.errors : [error];
  const told = first instanceof Error ? first : error;
  const code = "code" in told && typeof told.code === "string" ? told.code : null;
  const explanation = code === null ? undefined : SYSTEM_ERRORS.get(code);
  if (explanation !== undefined) return `${explanation} (${code})`;
  const [line = ""] = told.message.split("\n");
  if (line.startsWith("SASL") && line.includes("password")) return "it asks for a password and none is set";
  if (/^(?:timeout exp|timeout exc|Query read timeout|Connection terminated due to)/.test(line)) {
    return "it did not answer in time";
  }
  return line;
}

/** What a person can do when Sitewire can't connect to a PostgreSQL server. */
import type { PostgresSettings } from "../../../contract/settings/connection-settings.ts";
import { sqlStateOf } from "./failures.ts";

/** `cause` is the driver's or the network's error. */
export function fixOf(cause: unknown, { host, port, user, database, sslMode }: PostgresSettings): string {
  const code = sqlStateOf(cause) ?? (cause instanceof Error && "code" in cause ? String(cause.code) : "");
  const text = cause instanceof Error ? cause.message : "";
  switch (code) {
    case "28P01":
      return `check the password of the user ${user} (DATABASE_URL or database.password)`;
    case "28000":
      return `allow ${user} from this machine in the server's pg_hba.conf, or set sslMode to require if it asks for TLS`;
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
      return `connect by the host name in its certificate, or set database.sslMode to verify-ca`;
    case "CERT_HAS_EXPIRED":
      return "renew the server's certificate";
    default:
      break;
  }
  if (text.includes("does not support SSL"))
    return "enable TLS on the server, or set database.sslMode to disable";
  if (text.startsWith("SASL"))
    return `set the password of the user ${user} (DATABASE_URL or database.password)`;
  if (sslMode.startsWith("verify") && sqlStateOf(cause) === null) {
    return "set database.ca to the CA that signed the server's certificate";
  }
  return `check that PostgreSQL on ${host}:${port} is running and can be reached from here`;
}

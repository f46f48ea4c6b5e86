/**
 * Parses a PostgreSQL URL like libpq (PostgreSQL manual, "Connection URIs"): each part has the meaning that it has for
 * psql, or is refused. A password that is not encoded can end up in any part, so messages show only parameter names.
 */
import { UsageError } from "../../contract/errors.ts";

/** The parts of a URL; undefined when absent. */
export interface PostgresUrl {
  /** A host, or the folder of a Unix socket if it begins with a slash. */
  readonly host: string | undefined;
  readonly port: number | undefined;
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly database: string | undefined;
  readonly sslMode: PostgresUrlSslMode | undefined;
  /** A path, PEM text, or `system`. */
  readonly ca: string | undefined;
  readonly applicationName: string | undefined;
}

const sslModes = ["disable", "prefer", "require", "verify-ca", "verify-full"] as const;
type PostgresUrlSslMode = (typeof sslModes)[number];

const PARAMETERS = [
  "host",
  "port",
  "user",
  "password",
  "dbname",
  "sslmode",
  "ssl",
  "sslrootcert",
  "application_name",
];

const URL_PARTS = /^postgres(?:ql)?:\/\/(?:([^@]*)@)?([^/?#@]*)(?:\/([^?#@]*))?(?:\?([^#@]*))?$/;
const HOST_AND_PORT = /^(\[[^\]]*\]|[^:]*)(?::(\d*))?$/;

/** `setting` names the URL's setting in errors. Throws `UsageError`. */
export function parsePostgresUrl(text: string, setting: string): PostgresUrl {
  if (!/^postgres(?:ql)?:\/\//.test(text)) throw new UsageError(shapeOf(setting));
  const [, login, place = "", path = "", query = ""] = URL_PARTS.exec(text) ?? [];
  if (!URL_PARTS.test(text) || /[/?#]/.test(login ?? "")) {
    throw new UsageError(
      `${setting}: in user and password write / as %2F, ? as %3F, # as %23 and @ as %40 (value not shown)`,
    );
  }
  if (place.includes(",")) {
    throw new UsageError(`${setting}: names several hosts, which is not supported: name one`);
  }
  const [, host = "", port = ""] = HOST_AND_PORT.exec(place) ?? [];
  if (!HOST_AND_PORT.test(place)) throw new UsageError(shapeOf(setting));
  const decode = (part: string | undefined): string | undefined => decoded(part, setting);
  const [, user, password] = /^([^:]*)(?::(.*))?$/s.exec(login ?? "") ?? [];
  const parameters = parametersOf(query, setting);
  return {
    host: decode(parameters.get("host")) ?? decode(host.replace(/^\[(.*)\]$/, "$1")),
    port: portOf(parameters.get("port") ?? port, setting),
    user: decode(parameters.get("user")) ?? decode(user),
    password: decode(parameters.get("password")) ?? decode(password),
    database: decode(parameters.get("dbname")) ?? decode(path),
    sslMode: sslModeOf(decode(parameters.get("sslmode")), parameters.get("ssl"), setting),
    ca: decode(parameters.get("sslrootcert")),
    applicationName: decode(parameters.get("application_name")),
  };
}

function shapeOf(setting: string): string {
  return `${setting} must look like postgres://user:password@host:5432/database (value not shown: it may contain a password)`;
}

function parametersOf(query: string, setting: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const pair of query.split("&")) {
    if (pair === "") continue;
    const [name = "", value = ""] = pair.split(/=(.*)/s, 2);
    if (!PARAMETERS.includes(name)) {
      const hint = name === "options" ? "set DATABASE_SCHEMA, or use ALTER ROLE … SET" : "remove it";
      throw new UsageError(
        `${setting}: the parameter "${name.slice(0, 40)}" is not supported: ${hint}. Supported are ${PARAMETERS.join(", ")}`,
      );
    }
    if (parameters.has(name)) throw new UsageError(`${setting}: the parameter "${name}" occurs twice`);
    parameters.set(name, value);
  }
  return parameters;
}

/** Returns undefined for an empty part. Like libpq, does not decode a plus sign to a space, and refuses zero bytes. */
function decoded(part: string | undefined, setting: string): string | undefined {
  if (part === undefined || part === "") return undefined;
  try {
    const text = decodeURIComponent(part);
    if (!text.includes("\0")) return text;
  } catch {
    // Reported below.
  }
  throw new UsageError(`${setting}: a % is written %25, and %00 is not allowed (value not shown)`);
}

function portOf(text: string, setting: string): number | undefined {
  if (text === "") return undefined;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw new UsageError(`${setting}: the port must be a number from 1 to 65535 (value not shown)`);
}

/** JDBC writes `ssl=true` for require, which libpq accepts too. `allow` tries TLS last; prefer is stricter. */
function sslModeOf(
  mode: string | undefined,
  ssl: string | undefined,
  setting: string,
): PostgresUrlSslMode | undefined {
  if (ssl !== undefined && ssl !== "true") {
    throw new UsageError(`${setting}: ssl must be true; use sslmode for anything else`);
  }
  if (mode === undefined) return ssl === "true" ? "require" : undefined;
  if (ssl !== undefined)
    throw new UsageError(`${setting}: ssl and sslmode have the same meaning: remove ssl`);
  if (mode === "allow") return "prefer";
  const known = sslModes.find((each) => each === mode);
  if (known !== undefined) return known;
  throw new UsageError(`${setting}: sslmode must be ${sslModes.join(", ")}`);
}

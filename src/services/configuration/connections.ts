/** From the configuration to the settings that the Kafka and PostgreSQL services take; reads the files it names. */
import { resolve } from "node:path";
import type { Configuration } from "../../contract/configuration.ts";
import type { KafkaSettings, PostgresSettings, TlsSettings } from "../../contract/connection-settings.ts";
import { UsageError } from "../../contract/errors.ts";
import { withoutBrackets } from "../network/host-name.ts";
import { looksLikePem, normalisePem } from "./pem.ts";
import { PemFile } from "./pem-file.ts";

/** Null where no broker is configured: the database is the event log then. Throws `UsageError`. */
export function kafkaSettings(configuration: Configuration, workingDirectory: string): KafkaSettings | null {
  const { kafka } = configuration;
  if (kafka.brokers === undefined) return null;
  const pem = (setting: string, value: string | undefined): Pem | undefined =>
    pemOf(`kafka.${setting}`, value, workingDirectory);
  if ((kafka.certificate === undefined) !== (kafka.key === undefined)) {
    throw new UsageError(
      "kafka.certificate and kafka.key belong together: set both for mutual TLS, or neither",
    );
  }
  if (kafka.username !== undefined && kafka.password === undefined) {
    throw new UsageError("kafka.password is missing: set KAFKA_PASSWORD, as kafka.username is set");
  }
  const wantsTls = kafka.tls ?? (kafka.username ?? kafka.ca ?? kafka.certificate) !== undefined;
  return {
    brokers: kafka.brokers.map((broker) => withPort(broker, kafka.defaultPort)),
    clientId: kafka.clientId,
    tls: wantsTls
      ? tlsSettings(
          pem("ca", kafka.ca),
          pem("certificate", kafka.certificate),
          pem("key", kafka.key),
          kafka.verify,
        )
      : null,
    sasl:
      kafka.username === undefined || kafka.password === undefined
        ? null
        : { mechanism: kafka.mechanism, username: kafka.username, password: kafka.password },
    partitions: kafka.partitions,
    replicationFactor: kafka.replicationFactor,
    compression: kafka.compression,
  };
}

/** Null where no PostgreSQL is configured: the embedded database is used then. Throws `UsageError`. */
export function postgresSettings(
  configuration: Configuration,
  workingDirectory: string,
): PostgresSettings | null {
  const { database } = configuration;
  if (database.url === undefined && database.host === undefined) return null;
  const ca = pemOf("database.ca", database.ca, workingDirectory)?.text ?? null;
  const common = { ca, schema: database.schema, maxConnections: database.maxConnections };
  const defaultSslMode = ca === null ? "prefer" : "verify-full";
  if (database.url === undefined) {
    return {
      ...common,
      host: database.host ?? "localhost",
      port: database.port,
      user: database.user ?? "postgres",
      password: database.password ?? null,
      database: database.name ?? database.user ?? "postgres",
      sslMode: database.sslMode ?? defaultSslMode,
    };
  }
  const url = parsePostgresUrl(database.url);
  const user = decoded(url.username) || database.user || "postgres";
  const sslMode = database.sslMode ?? sslModeOf(url.searchParams.get("sslmode")) ?? defaultSslMode;
  return {
    ...common,
    // libpq names a socket folder in the query, as the host of a URL can't hold slashes.
    host: url.searchParams.get("host") ?? (withoutBrackets(url.hostname) || "localhost"),
    port: Number(url.searchParams.get("port") ?? (url.port || database.port)),
    user: url.searchParams.get("user") ?? user,
    password: url.password === "" ? (database.password ?? null) : decoded(url.password),
    database: decoded(url.pathname.slice(1)) || user,
    sslMode,
  };
}

function parsePostgresUrl(text: string): URL {
  const accepted =
    "database.url must look like postgres://user:password@host:5432/database (value not shown: it may hold a password)";
  if (!/^postgres(?:ql)?:\/\//.test(text)) throw new UsageError(accepted);
  // A URL without a host, as libpq allows it for sockets, is not a WHATWG URL.
  const parseable = text
    .replace(/^(postgres(?:ql)?:\/\/)(?=\/|$)/, "$1localhost")
    .replace(/@(?=\/)/, "@localhost");
  const url = URL.parse(parseable);
  if (url === null) throw new UsageError(accepted);
  // An @ this far back ends a password that holds one of these characters: what precedes it would be shown.
  if (
    `${url.pathname}${url.hash}`.includes("@") ||
    [...url.searchParams.keys()].some((key) => key.includes("@"))
  ) {
    throw new UsageError(
      "database.url: in user and password write / as %2F, ? as %3F, # as %23 and @ as %40 (value not shown)",
    );
  }
  return url;
}

/** Throws `UsageError` where a percent sign begins no character, as libpq refuses it. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new UsageError("database.url: a % in user, password or database is written %25 (value not shown)");
  }
}

function sslModeOf(text: string | null): PostgresSettings["sslMode"] | undefined {
  switch (text) {
    case null:
      return undefined;
    case "allow":
      return "prefer";
    case "disable":
    case "prefer":
    case "require":
    case "verify-ca":
    case "verify-full":
      return text;
    default:
      throw new UsageError(
        `database.url: sslmode is "${text}": must be disable, prefer, require, verify-ca or verify-full`,
      );
  }
}

function withPort(broker: string, defaultPort: number): string {
  const address = broker.replace(/^[A-Za-z_]+:\/\//, "");
  return /:\d+$/.test(address) ? address : `${address}:${defaultPort}`;
}

/** PEM text from the configuration itself, or from a file that is read again whenever it is asked for. */
interface Pem {
  readonly text: string;
}

function tlsSettings(
  ca: Pem | undefined,
  certificate: Pem | undefined,
  key: Pem | undefined,
  verify: boolean,
): TlsSettings {
  return {
    get ca() {
      return ca?.text;
    },
    get certificate() {
      return certificate?.text;
    },
    get key() {
      return key?.text;
    },
    verify,
  };
}

function pemOf(setting: string, value: string | undefined, workingDirectory: string): Pem | undefined {
  if (value === undefined) return undefined;
  const { file, text } = looksLikePem(value)
    ? { file: null, text: normalisePem(value) }
    : readPemFile(setting, value, workingDirectory);
  if (text === null)
    throw new UsageError(`${setting}: holds no complete PEM block (-----BEGIN … -----END …)`);
  return file ?? { text };
}

function readPemFile(
  setting: string,
  path: string,
  workingDirectory: string,
): ReturnType<typeof PemFile.read> {
  try {
    return PemFile.read(resolve(workingDirectory, path));
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw new UsageError(
      `${setting}: is neither PEM text nor a file that can be read (${reason}): ${path.slice(0, 200)}`,
    );
  }
}

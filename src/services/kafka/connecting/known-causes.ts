/** Known failures of a connection or a request to Kafka, each with its cause in plain words and its fix. */
import type { KafkaSettings } from "../../../contract/settings/connection-settings.ts";
import {
  brokerErrorNames,
  isClosedConnection,
  isPlainTextToTls,
  isRefusedLogin,
  isTimeout,
  isTlsToPlainText,
  isUnknownErrorCode,
  isUnknownTopic,
} from "../client-adapters/client-errors.ts";

/** What the failed request was about, when that is known. */
export interface Subject {
  readonly topic?: string;
  readonly group?: string;
}

interface KnownCause {
  readonly matches: (error: Error) => boolean;
  readonly cause: (settings: KafkaSettings, subject: Subject) => string;
  readonly fix: (settings: KafkaSettings, subject: Subject) => string;
}

const codeIs =
  (...codes: readonly string[]) =>
  (error: Error): boolean =>
    "code" in error && typeof error.code === "string" && codes.includes(error.code);

const brokerSays =
  (...names: readonly string[]) =>
  (error: Error): boolean =>
    brokerErrorNames(error).some((name) => names.includes(name));

const named = (name: string | undefined): string => (name === undefined ? "" : ` ${name}`);

const user = ({ sasl }: KafkaSettings): string => (sasl === null ? "nobody" : `"${sasl.username}"`);

/** The first entry that matches any error of the tree wins: the most specific ones stand first. */
export const knownCauses: readonly KnownCause[] = [
  {
    matches: brokerSays("UNSUPPORTED_SASL_MECHANISM"),
    cause: ({ sasl }) => `the broker does not offer the login mechanism ${sasl?.mechanism}`,
    fix: () => "set KAFKA_SASL_MECHANISM to one that it offers",
  },
  {
    matches: (error) => brokerSays("SASL_AUTHENTICATION_FAILED")(error) || isRefusedLogin(error),
    cause: (settings) => `wrong user name or password for user ${user(settings)}`,
    fix: () => "check KAFKA_USERNAME, KAFKA_PASSWORD and KAFKA_SASL_MECHANISM",
  },
  {
    matches: codeIs("ENOTFOUND", "EAI_AGAIN", "EAI_NONAME"),
    cause: () => "unknown host",
    fix: () => "check the host name in KAFKA_BROKERS (or BOOTSTRAP_SERVER) and the name server",
  },
  {
    matches: codeIs("ECONNREFUSED"),
    cause: () => "connection refused, nothing listens on that port",
    fix: () => "check the port in KAFKA_BROKERS (or BOOTSTRAP_SERVER) and whether the broker runs",
  },
  {
    matches: codeIs("EHOSTUNREACH", "ENETUNREACH"),
    cause: () => "no network route to the host",
    fix: () => "check the address in KAFKA_BROKERS and the network",
  },
  {
    matches: codeIs(
      "SELF_SIGNED_CERT_IN_CHAIN",
      "DEPTH_ZERO_SELF_SIGNED_CERT",
      "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
      "UNABLE_TO_GET_ISSUER_CERT",
      "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
      "CERT_SIGNATURE_FAILURE",
      "ERR_SSL_BAD_SIGNATURE",
    ),
    cause: ({ tls }) =>
      tls?.ca === undefined
        ? "its certificate is signed by an authority this machine does not know"
        : "its certificate is not signed by the configured authority",
    fix: () => "set KAFKA_CA (or CA_PEM) to the certificate of the authority that signed the broker's",
  },
  {
    matches: codeIs("CERT_HAS_EXPIRED"),
    cause: () => "its certificate has expired",
    fix: () => "renew the broker's certificate",
  },
  {
    matches: codeIs("CERT_NOT_YET_VALID"),
    cause: () => "its certificate is not valid yet",
    fix: () => "check this machine's clock and the broker's certificate",
  },
  {
    matches: codeIs("ERR_TLS_CERT_ALTNAME_INVALID"),
    cause: () => "its certificate is for another host name",
    fix: () => "use a name in KAFKA_BROKERS that the certificate is for",
  },
  {
    // OpenSSL's names for these differ between its versions; the alert's own words don't.
    matches: ({ message }) => /alert (?:\w+ )*(?:certificate|unknown ca)\b/i.test(message),
    cause: ({ tls }) =>
      tls?.certificate === undefined
        ? "it asks for a client certificate"
        : "it does not accept the client certificate",
    fix: () => "set KAFKA_CERTIFICATE and KAFKA_KEY to a pair that the broker trusts",
  },
  {
    matches: isPlainTextToTls,
    cause: () => "the port speaks TLS, plain text is configured",
    fix: () => "set KAFKA_TLS=true, or use the broker's plain-text port",
  },
  {
    matches: (error) =>
      codeIs("ERR_SSL_WRONG_VERSION_NUMBER", "ERR_SSL_PACKET_LENGTH_TOO_LONG")(error) ||
      isTlsToPlainText(error),
    cause: () => "the port does not speak TLS",
    fix: () => "use the broker's TLS port, or set KAFKA_TLS=false",
  },
  {
    matches: brokerSays("CLUSTER_AUTHORIZATION_FAILED"),
    cause: (settings) => `user ${user(settings)} lacks the right to write idempotently`,
    fix: () => "grant IdempotentWrite on the cluster, or Write on the topic (docs/kafka-permissions.md)",
  },
  {
    matches: brokerSays("GROUP_AUTHORIZATION_FAILED"),
    cause: (settings, { group }) => `user ${user(settings)} may not use the consumer group${named(group)}`,
    fix: () => "grant Read on the group (docs/kafka-permissions.md)",
  },
  {
    matches: brokerSays("TOPIC_AUTHORIZATION_FAILED"),
    cause: (settings, { topic }) => `user ${user(settings)} may not use the topic${named(topic)}`,
    fix: () => "grant the rights of docs/kafka-permissions.md",
  },
  {
    matches: isUnknownTopic,
    cause: (_settings, { topic }) => `the topic${named(topic)} does not exist, or this user may not see it`,
    fix: () => "create it, or grant the rights of docs/kafka-permissions.md",
  },
  {
    matches: brokerSays("INCONSISTENT_GROUP_PROTOCOL"),
    cause: (_settings, { group }) => `the other members of the group${named(group)} use another assignor`,
    fix: () => "set KAFKA_GROUP to a group of Sitewire's own, or stop the other members",
  },
  {
    matches: brokerSays("INVALID_SESSION_TIMEOUT"),
    cause: () => "the broker does not allow this session timeout",
    fix: () => "set its group.min.session.timeout.ms and group.max.session.timeout.ms to include 15 s",
  },
  {
    matches: brokerSays("GROUP_MAX_SIZE_REACHED"),
    cause: (_settings, { group }) => `the group${named(group)} has as many members as the broker allows`,
    fix: () => "stop some of them, or raise the broker's group.max.size",
  },
  {
    matches: brokerSays("KAFKA_STORAGE_ERROR"),
    cause: () => "the broker can't use its disk",
    fix: () => "see the broker's log",
  },
  {
    matches: brokerSays("NOT_ENOUGH_REPLICAS", "NOT_ENOUGH_REPLICAS_AFTER_APPEND"),
    cause: () => "fewer replicas are in sync than min.insync.replicas asks for",
    fix: () => "see which brokers are down",
  },
  {
    matches: brokerSays("COORDINATOR_LOAD_IN_PROGRESS", "COORDINATOR_NOT_AVAILABLE", "NOT_COORDINATOR"),
    cause: () => "the group's coordinator is not ready; after a start this takes a moment",
    fix: () => "if it lasts, see which brokers are down",
  },
  {
    matches: brokerSays("LEADER_NOT_AVAILABLE", "NOT_LEADER_OR_FOLLOWER"),
    cause: () => "a partition has no leader at the moment",
    fix: () => "see which brokers are down",
  },
  {
    matches: isUnknownErrorCode,
    cause: () => "the broker answered with an error that this version of Sitewire does not know",
    fix: () => "look for it in the broker's log, and use a broker version that docs/kafka-clients.md names",
  },
  {
    matches: (error) => codeIs("ETIMEDOUT", "ESOCKETTIMEDOUT")(error) || isTimeout(error),
    cause: () => "no answer in time",
    fix: () => "check host and port in KAFKA_BROKERS, firewalls, and whether the broker is overloaded",
  },
  {
    matches: (error) => codeIs("ECONNRESET", "EPIPE")(error) || isClosedConnection(error),
    cause: () => "the connection was closed",
    fix: () =>
      "see whether the broker runs, and whether it asks for a login (KAFKA_USERNAME) or TLS (KAFKA_TLS)",
  },
];

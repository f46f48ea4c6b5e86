/** The environment variables that set configuration values, including those of the original system. */

export interface EnvironmentVariable {
  readonly name: string;
  /** Dotted path in the configuration. */
  readonly setting: string;
  readonly secret?: true;
  /** A variable of the original system, supported for migration. */
  readonly original?: true;
}

/** When two variables set the same value, the earlier one takes precedence. */
export const environmentVariables: readonly EnvironmentVariable[] = [
  { name: "SITEWIRE_LOCATION", setting: "location" },
  { name: "SITEWIRE_DATA", setting: "dataFolder" },
  { name: "SITEWIRE_SECRETS_KEY", setting: "secretsKey", secret: true },
  { name: "SITEWIRE_SUBSCRIBER_TARGETS", setting: "subscriberTargets" },
  { name: "LOG_LEVEL", setting: "logLevel" },
  { name: "DATABASE_URL", setting: "database.url", secret: true },
  { name: "DATABASE_DIRECT_URL", setting: "database.directUrl", secret: true },
  { name: "DATABASE_CA", setting: "database.ca" },
  { name: "DATABASE_SCHEMA", setting: "database.schema" },
  { name: "DATABASE_MAX_CONNECTIONS", setting: "database.maxConnections" },
  { name: "KAFKA_BROKERS", setting: "kafka.brokers" },
  { name: "KAFKA_USERNAME", setting: "kafka.username" },
  { name: "KAFKA_PASSWORD", setting: "kafka.password", secret: true },
  { name: "KAFKA_SASL_MECHANISM", setting: "kafka.mechanism" },
  { name: "KAFKA_TLS", setting: "kafka.tls" },
  { name: "KAFKA_TLS_VERIFY", setting: "kafka.verify" },
  { name: "KAFKA_CA", setting: "kafka.ca" },
  { name: "KAFKA_CERTIFICATE", setting: "kafka.certificate" },
  { name: "KAFKA_KEY", setting: "kafka.key", secret: true },
  { name: "KAFKA_CLIENT_ID", setting: "kafka.clientId" },
  { name: "KAFKA_PARTITIONS", setting: "kafka.partitions" },
  { name: "KAFKA_REPLICATION_FACTOR", setting: "kafka.replicationFactor" },
  { name: "KAFKA_COMPRESSION", setting: "kafka.compression" },
  { name: "KAFKA_GROUP", setting: "kafka.group" },
  { name: "KAFKA_INSTANCE_ID", setting: "kafka.instanceId" },
  { name: "KAFKA_TOPIC_PREFIX", setting: "kafka.topicPrefix" },
  { name: "KAFKA_READ_ORIGINAL", setting: "kafka.readOriginal" },
  { name: "OUTBOX_KEEP_PUBLISHED", setting: "outbox.keepPublished" },
  { name: "OUTBOX_BATCH_SIZE", setting: "outbox.batchSize" },
  { name: "OUTBOX_GATHER", setting: "outbox.gather" },
  { name: "OUTBOX_AFTER_PARKED", setting: "outbox.afterParked" },
  { name: "RETENTION_RESULTS", setting: "retention.results" },
  { name: "RETENTION_HOURLY", setting: "retention.hourly" },
  { name: "RETENTION_DAILY", setting: "retention.daily" },
  { name: "SITEWIRE_SERVER_ADDRESS", setting: "server.address" },
  { name: "SITEWIRE_SERVER_PORT", setting: "server.port" },
  { name: "SITEWIRE_PUBLIC_URL", setting: "server.publicUrl" },
  { name: "SITEWIRE_TRUST_PROXY", setting: "server.trustProxy" },
  { name: "HEARTBEAT_URL", setting: "heartbeat.url", secret: true },
  { name: "HEARTBEAT_EVERY", setting: "heartbeat.every" },
  { name: "HEARTBEAT_AFTER", setting: "heartbeat.after" },
  { name: "HEARTBEAT_SITE", setting: "heartbeat.site" },
  { name: "SITEWIRE_MAX_REQUESTS_PER_MINUTE", setting: "server.maxRequestsPerMinute" },
  { name: "SITEWIRE_SECRET", setting: "accounts.secret", secret: true },
  { name: "HEALTH_ADDRESS", setting: "health.address" },
  { name: "CHECKS_MAX_CONCURRENT", setting: "checks.maxConcurrent" },
  { name: "CHECKS_MAX_PER_HOST", setting: "checks.maxPerHost" },
  { name: "CHECKS_TARGETS", setting: "checks.targets" },
  { name: "CHECKS_REFERENCE_ADDRESSES", setting: "checks.referenceAddresses" },
  { name: "DOMAINS_RDAP_SERVER", setting: "domains.rdapServer" },
  { name: "AVHOST", setting: "database.host", original: true },
  { name: "AVPORT", setting: "database.port", original: true },
  { name: "AVUSER", setting: "database.user", original: true },
  { name: "AVPASSWORD", setting: "database.password", secret: true, original: true },
  { name: "AVDATABASE", setting: "database.name", original: true },
  { name: "BOOTSTRAP_SERVER", setting: "kafka.brokers", original: true },
  { name: "AV_KFPORT", setting: "kafka.defaultPort", original: true },
  { name: "AV_KFUSER", setting: "kafka.username", original: true },
  { name: "AV_KFPASSWORD", setting: "kafka.password", secret: true, original: true },
  { name: "CA_PEM", setting: "kafka.ca", original: true },
];

/** The variable that names a file with this variable's secret; null when this variable is not secret. */
export function fileVariableOf({ name, secret }: EnvironmentVariable): string | null {
  return secret === true ? `${name}_FILE` : null;
}

/** The site of the original system, used when no other site is defined. */
export const ORIGINAL_SITE_VARIABLE = "AV_BASE_URL";

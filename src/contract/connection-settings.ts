/** Where Kafka and PostgreSQL are and how to get in, as configuration hands it to services. */

/**
 * PEM text, never a path: configuration reads files. The properties may be getters that read a renewed file: take them
 * at each new connection, don't keep them.
 */
export interface TlsSettings {
  readonly ca?: string | undefined;
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
  /** False accepts any certificate; said aloud at start-up. */
  readonly verify: boolean;
}

export const saslMechanisms = ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] as const;

export interface SaslSettings {
  readonly mechanism: (typeof saslMechanisms)[number];
  readonly username: string;
  readonly password: string;
}

export interface KafkaSettings {
  /** host:port each. */
  readonly brokers: readonly string[];
  readonly clientId: string;
  /** null is plain text. */
  readonly tls: TlsSettings | null;
  readonly sasl: SaslSettings | null;
  /** For topics that are missing. */
  readonly partitions: number;
  readonly replicationFactor: number;
  readonly compression: "none" | "gzip" | "snappy" | "lz4" | "zstd";
}

export interface PostgresSettings {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string | null;
  readonly database: string;
  /** As libpq has it (PostgreSQL manual, "SSL Support", table of sslmode). */
  readonly sslMode: "disable" | "prefer" | "require" | "verify-ca" | "verify-full";
  /** PEM; null where nothing is verified, or with `verify-full` the public CAs. */
  readonly ca: string | null;
  readonly schema: string;
  readonly maxConnections: number;
  /** Shown by the server; `sitewire` without it. */
  readonly applicationName?: string;
  /** The way past a connection pooler, for notifications and what PostgreSQL runs in no transaction. */
  readonly direct?: PostgresSettings;
}

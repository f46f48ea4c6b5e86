/** Addresses and credentials of Kafka and PostgreSQL, as configuration passes them to services. */

/**
 * PEM text, never a path: configuration reads the files. Properties may be getters that read a renewed file. Read them
 * for each new connection and do not cache them.
 */
export interface TlsSettings {
  readonly ca?: string | undefined;
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
  /** False accepts any certificate; the app logs a warning at start. */
  readonly verify: boolean;
}

export const saslMechanisms = ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] as const;

export interface SaslSettings {
  readonly mechanism: (typeof saslMechanisms)[number];
  readonly username: string;
  readonly password: string;
}

export interface KafkaSettings {
  /** Each `host:port`. */
  readonly brokers: readonly string[];
  readonly clientId: string;
  /** Null means plain text. */
  readonly tls: TlsSettings | null;
  readonly sasl: SaslSettings | null;
  /** For topics that Sitewire creates. */
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
  /** Same meaning as in libpq (PostgreSQL manual, "SSL Support", table of sslmode). */
  readonly sslMode: "disable" | "prefer" | "require" | "verify-ca" | "verify-full";
  /** PEM; null where nothing is verified, or with `verify-full` the public CAs. */
  readonly ca: string | null;
  readonly schema: string;
  readonly maxConnections: number;
  /** Shown by the server; `sitewire` without it. */
  readonly applicationName?: string;
  /** A direct connection that bypasses a pooler, for notifications and for statements outside transactions. */
  readonly direct?: PostgresSettings;
}

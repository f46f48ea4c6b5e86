// The broker and the PostgreSQL server that all test files of a run share; global-setup.ts starts them.
import { inject } from "vitest";
import { type DatabaseCreator, databasesOn } from "./postgres/postgres-database.ts";

/** A broker's TLS listeners; present when the harness started the broker itself. */
export interface SecureListeners {
  /** SASL_SSL: PLAIN, SCRAM-SHA-256, SCRAM-SHA-512. */
  readonly saslBrokers: string;
  readonly username: string;
  readonly password: string;
  readonly mutualTlsBrokers: string;
  /** PEM, as are the following. */
  readonly authority: string;
  readonly clientCertificate: string;
  readonly clientKey: string;
}

export interface SharedKafka {
  /** Comma-separated `host:port`, plain text. Topics and groups are shared too: name yours with a random part. */
  readonly brokers: string;
  readonly secure?: SecureListeners;
}

/** A server the run has, or the one line that says why it has none. */
export type Shared<T> = { readonly running: T } | { readonly unavailable: string };

declare module "vitest" {
  interface ProvidedContext {
    sharedKafka: Shared<SharedKafka>;
    sharedPostgres: Shared<{ readonly url: string }>;
  }
}

/** @throws one line saying what to install, when the machine has no Kafka. */
export function sharedKafka(): SharedKafka {
  return runningOrThrow(inject("sharedKafka"));
}

/** @throws when the shared broker is not the harness's own. */
export function sharedSecureKafka(): SecureListeners {
  const { secure } = sharedKafka();
  if (!secure)
    throw new Error(
      "this test needs a broker with TLS listeners: unset KAFKA_BROKERS, install Java and Maven",
    );
  return secure;
}

/** @throws one line saying what to install, when the machine has no PostgreSQL. */
export function sharedPostgres(): DatabaseCreator & { readonly url: string } {
  const { url } = runningOrThrow(inject("sharedPostgres"));
  return { url, ...databasesOn(url) };
}

function runningOrThrow<T>(shared: Shared<T>): T {
  if ("unavailable" in shared) throw new Error(shared.unavailable);
  return shared.running;
}

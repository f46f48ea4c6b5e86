/** Converts the configuration to the settings of the Kafka service, and reads the files that it names. */

import { UsageError } from "../../contract/errors.ts";
import type { Configuration } from "../../contract/settings/configuration.ts";
import type { KafkaSettings, TlsSettings } from "../../contract/settings/connection-settings.ts";
import { type Pem, pemOf } from "./pem-setting.ts";

/** Returns null when no broker is configured: then the database is the event log. Throws `UsageError`. */
export function kafkaSettings(configuration: Configuration, workingDirectory: string): KafkaSettings | null {
  const { kafka } = configuration;
  if (kafka.brokers === undefined) {
    if (kafka.username === undefined) return null;
    throw new UsageError(
      "kafka.brokers is missing: set KAFKA_BROKERS (or BOOTSTRAP_SERVER), as kafka.username is set",
    );
  }
  const pem = (setting: string, value: string | undefined): Pem | undefined =>
    pemOf(`kafka.${setting}`, value, workingDirectory);
  if ((kafka.certificate === undefined) !== (kafka.key === undefined)) {
    throw new UsageError(
      "kafka.certificate and kafka.key belong together: set both for mutual TLS, or neither",
    );
  }
  if (kafka.username !== undefined && kafka.password === undefined) {
    throw new UsageError(
      "kafka.password is missing: set KAFKA_PASSWORD (or AV_KFPASSWORD), as kafka.username is set",
    );
  }
  if (kafka.username === undefined && kafka.password !== undefined) {
    throw new UsageError(
      "kafka.username is missing: set KAFKA_USERNAME (or AV_KFUSER), as kafka.password is set",
    );
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

function withPort(broker: string, defaultPort: number): string {
  const address = broker.replace(/^[A-Za-z_]+:\/\//, "");
  return /:\d+$/.test(address) ? address : `${address}:${defaultPort}`;
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

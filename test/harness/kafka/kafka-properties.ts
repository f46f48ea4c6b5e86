// What one node's server.properties says.
import { writeFile } from "node:fs/promises";
import path from "node:path";
import type { KeyPairPem } from "../certificates.ts";

export interface KafkaUser {
  readonly username: string;
  readonly password: string;
}

export interface KafkaPorts {
  readonly plaintext: number;
  readonly sasl: number;
  readonly mutualTls: number;
  readonly controller: number;
}

export interface NodeSettings {
  readonly nodeId: number;
  readonly host: string;
  readonly folder: string;
  readonly ports: KafkaPorts;
  /** Where clients are told to find the plain-text listener; its own port where it is not given. */
  readonly advertisedPort?: number;
  readonly controllerPorts: readonly number[];
  readonly users: readonly KafkaUser[];
  readonly server: KeyPairPem;
  /** The certificate of the authority that signs clients' certificates, PEM. */
  readonly trusted: string;
  readonly authorizer: boolean;
  readonly properties: Readonly<Record<string, string>>;
}

/** Writes the node's certificates and properties into its folder. @returns the properties file. */
export async function writeNodeProperties(settings: NodeSettings): Promise<string> {
  const { folder, server } = settings;
  const keystore = path.join(folder, "server.pem");
  const truststore = path.join(folder, "trusted.pem");
  const file = path.join(folder, "server.properties");
  const properties = nodeProperties(settings, keystore, truststore);
  await Promise.all([
    writeFile(keystore, `${server.key}\n${server.certificate}\n`),
    writeFile(truststore, `${settings.trusted}\n`),
    writeFile(
      file,
      Object.entries(properties)
        .map(([name, value]) => `${name}=${value}\n`)
        .join(""),
    ),
  ]);
  return file;
}

function nodeProperties(
  settings: NodeSettings,
  keystore: string,
  truststore: string,
): Record<string, string> {
  const { nodeId, host, ports, controllerPorts } = settings;
  const replicas = String(controllerPorts.length);
  const secure = `SASL_SSL://${host}:${ports.sasl},MTLS://${host}:${ports.mutualTls}`;
  return {
    "process.roles": "broker,controller",
    "node.id": String(nodeId),
    "controller.quorum.voters": controllerPorts
      .map((port, index) => `${index + 1}@${host}:${port}`)
      .join(","),
    "controller.listener.names": "CONTROLLER",
    "inter.broker.listener.name": "PLAINTEXT",
    "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL_SSL:SASL_SSL,MTLS:SSL",
    listeners: `PLAINTEXT://${host}:${ports.plaintext},${secure},CONTROLLER://${host}:${ports.controller}`,
    "advertised.listeners": `PLAINTEXT://${host}:${settings.advertisedPort ?? ports.plaintext},${secure}`,
    "log.dirs": path.join(settings.folder, "data"),

    "sasl.enabled.mechanisms": "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512",
    "listener.name.sasl_ssl.plain.sasl.jaas.config": plainLogins(settings.users),
    "listener.name.sasl_ssl.scram-sha-256.sasl.jaas.config": scramLogin,
    "listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config": scramLogin,
    "ssl.keystore.type": "PEM",
    "ssl.keystore.location": keystore,
    "ssl.truststore.type": "PEM",
    "ssl.truststore.location": truststore,
    "listener.name.mtls.ssl.client.auth": "required",
    ...(settings.authorizer ? authorizerProperties : {}),

    "offsets.topic.replication.factor": replicas,
    "offsets.topic.num.partitions": "8",
    "transaction.state.log.replication.factor": replicas,
    "transaction.state.log.min.isr": replicas === "1" ? "1" : "2",
    "transaction.state.log.num.partitions": "4",
    "share.coordinator.state.topic.replication.factor": replicas,
    "share.coordinator.state.topic.min.isr": "1",
    "default.replication.factor": replicas,
    "group.initial.rebalance.delay.ms": "0",
    // A node that was killed is given up after this long, so leaders move and restarts are let in quickly.
    "broker.session.timeout.ms": "3000",
    "broker.heartbeat.interval.ms": "500",
    "controlled.shutdown.retry.backoff.ms": "500",
    ...settings.properties,
  };
}

const scramLogin = "org.apache.kafka.common.security.scram.ScramLoginModule required;";

// Whoever comes in plain text is ANONYMOUS: the brokers among themselves, and tests that hand out ACLs.
const authorizerProperties = {
  "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
  "super.users": "User:ANONYMOUS",
  "allow.everyone.if.no.acl.found": "false",
};

function plainLogins(users: readonly KafkaUser[]): string {
  const logins = users.map(({ username, password }) => `user_${username}="${password}"`).join(" ");
  return `org.apache.kafka.common.security.plain.PlainLoginModule required ${logins};`;
}

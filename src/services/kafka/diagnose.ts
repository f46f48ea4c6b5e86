/** Tries Kafka step by step for `sitewire doctor`: each broker, the login, each topic and the right to use it. */
import { AclOperations, Admin, type Connection, createTopicsV7, metadataV12 } from "@platformatic/kafka";
import type { KafkaSettings } from "../../contract/connection-settings.ts";
import type { Finding } from "../../core/diagnosis/finding.ts";
import { Cluster } from "./cluster.ts";
import { dropConnections } from "./drop-connections.ts";
import { brokerErrorNames } from "./error-tree.ts";
import { partitionCountOf } from "./topic-metadata.ts";

const REQUEST_TIMEOUT_MS = 8_000;

/**
 * One finding for each thing tried: the brokers that are configured, those the cluster names, the topics. Throws
 * `UsageError` for certificates that can't be used, nothing else.
 */
export async function diagnoseKafka(
  settings: KafkaSettings,
  topics: readonly string[],
): Promise<readonly Finding[]> {
  const configured = await Promise.all(settings.brokers.map((broker) => tryBroker(settings, broker)));
  if (configured.every(({ ok }) => !ok)) return configured;
  const cluster = new Cluster(settings);
  const client = clientOf(cluster);
  try {
    const advertised = await tryAdvertisedBrokers(client, cluster);
    const tried = await Promise.all(topics.map((topic) => tryTopic(client, cluster, topic)));
    return [...configured, ...advertised, ...tried.flat()];
  } catch (error) {
    return [...configured, failed("Kafka cluster", error, cluster)];
  } finally {
    dropConnections(client);
  }
}

function clientOf(cluster: Cluster): Admin {
  return cluster.watched(new Admin(cluster.clientOptions(REQUEST_TIMEOUT_MS)));
}

async function tryBroker(settings: KafkaSettings, broker: string): Promise<Finding> {
  const name = `Kafka broker ${broker}`;
  const cluster = new Cluster({ ...settings, brokers: [broker] });
  const client = clientOf(cluster);
  try {
    await client.metadata({ topics: [] });
    return { name, ok: true, detail: `reachable, ${accessOf(settings)}`, fix: null };
  } catch (error) {
    return failed(name, error, cluster);
  } finally {
    dropConnections(client);
  }
}

/** A broker may name itself by an address that only its own network knows: clients use that one. */
async function tryAdvertisedBrokers(client: Admin, cluster: Cluster): Promise<readonly Finding[]> {
  const { brokers } = await client.metadata({ topics: [], forceUpdate: true });
  const others = [...brokers].filter(
    ([, { host, port }]) => !cluster.settings.brokers.includes(`${host}:${port}`),
  );
  return Promise.all(
    others.map(async ([id, { host, port }]): Promise<Finding> => {
      const name = `Kafka broker ${id}, which calls itself ${host}:${port}`;
      try {
        await client.connectToBrokers([id]);
        return { name, ok: true, detail: `reachable, ${accessOf(cluster.settings)}`, fix: null };
      } catch (error) {
        const finding = failed(name, error, cluster);
        return { ...finding, fix: `${finding.fix}; if the address is wrong, mend its advertised.listeners` };
      }
    }),
  );
}

async function tryTopic(client: Admin, cluster: Cluster, topic: string): Promise<readonly Finding[]> {
  const name = `Kafka topic ${topic}`;
  try {
    const found = await partitionCountOf(client, topic, AbortSignal.timeout(REQUEST_TIMEOUT_MS));
    if ("partitions" in found) {
      const present = { name, ok: true, detail: `${found.partitions} partitions`, fix: null };
      return [present, await tryRights(client, cluster, topic)];
    }
    if (found.refusal === "UNKNOWN_TOPIC_OR_PARTITION") return [await tryToCreate(client, cluster, topic)];
    const detail =
      found.refusal === "TOPIC_AUTHORIZATION_FAILED" ? "this user may not see it" : found.refusal;
    return [{ name, ok: false, detail, fix: "grant the rights of docs/kafka-permissions.md" }];
  } catch (error) {
    return [failed(name, error, cluster)];
  }
}

/** Asks the broker what this user may do, so that nothing has to be written to find out. */
async function tryRights(client: Admin, cluster: Cluster, topic: string): Promise<Finding> {
  const name = `rights on Kafka topic ${topic}`;
  const response = await metadataV12.api.async(await anyConnection(client), [topic], false, true);
  const allowed = response.topics[0]?.topicAuthorizedOperations ?? 0;
  const rights = [
    { right: "read", operation: AclOperations.READ },
    { right: "write", operation: AclOperations.WRITE },
  ];
  const missing = rights.filter(({ operation }) => (allowed & (1 << operation)) === 0);
  if (missing.length === 0) return { name, ok: true, detail: "read and write", fix: null };
  const names = missing.map(({ right }) => right).join(" nor ");
  const user = cluster.settings.sasl === null ? "this client" : `user "${cluster.settings.sasl.username}"`;
  return {
    name,
    // An app that only writes needs no right to read, and the other way round.
    ok: missing.length < rights.length,
    detail: `${user} may not ${names}`,
    fix: `grant it to an app that needs it (docs/kafka-permissions.md)`,
  };
}

async function tryToCreate(client: Admin, cluster: Cluster, topic: string): Promise<Finding> {
  const name = `Kafka topic ${topic}`;
  const { partitions, replicationFactor } = cluster.settings;
  const asked = {
    name: topic,
    numPartitions: partitions,
    replicationFactor,
    assignments: [],
    configs: [],
  };
  try {
    await createTopicsV7.api.async(await anyConnection(client), [asked], REQUEST_TIMEOUT_MS, true);
    const detail = `missing; the first app to start creates it with ${partitions} partitions`;
    return { name, ok: true, detail, fix: null };
  } catch (error) {
    const [reason] = brokerErrorNames(error);
    if (reason === undefined) return failed(name, error, cluster);
    return {
      name,
      ok: false,
      detail: `missing, and it can't be created with ${partitions} partitions and ${replicationFactor} replicas: ${reason}`,
      fix: "create it, or grant Create on it (docs/kafka-permissions.md), or mend KAFKA_PARTITIONS and KAFKA_REPLICATION_FACTOR",
    };
  }
}

async function anyConnection(client: Admin): Promise<Connection> {
  const [connection] = (await client.connectToBrokers()).values();
  if (connection === undefined) throw new Error("the cluster names no broker");
  return connection;
}

function accessOf({ tls, sasl }: KafkaSettings): string {
  const transport = tls === null ? "plain text" : tls.verify ? "TLS" : "TLS, certificate NOT verified";
  if (sasl !== null) return `${transport}, logged in as ${sasl.username} (${sasl.mechanism})`;
  return tls?.certificate === undefined ? `${transport}, no login` : `${transport}, by client certificate`;
}

function failed(name: string, error: unknown, cluster: Cluster): Finding {
  const { cause, fix } = cluster.diagnose(error);
  return { name, ok: false, detail: cause, fix };
}

/** Creates the topics that are missing. */

import { FailureError } from "../../../contract/errors.ts";
import type { KafkaSettings } from "../../../contract/settings/connection-settings.ts";
import { Admin } from "../client-adapters/client.ts";
import {
  brokerDetail,
  brokerErrorNames,
  hasBrokerError,
  isUnknownTopic,
} from "../client-adapters/client-errors.ts";
import { Cluster } from "../connecting/cluster.ts";

const REQUEST_TIMEOUT_MS = 10_000;

/**
 * Creates each topic that is missing, with the settings' partitions and replication factor. Throws `FailureError` when the
 * broker refuses to create it, `UnavailableError` when no broker can be reached.
 */
export async function ensureTopics(settings: KafkaSettings, topics: readonly string[]): Promise<void> {
  const cluster = new Cluster(settings);
  const admin = cluster.watched(new Admin(cluster.clientOptions(REQUEST_TIMEOUT_MS)));
  try {
    for (const topic of topics) {
      if (!(await exists(admin, topic))) await create(admin, topic, settings);
    }
  } catch (error) {
    if (error instanceof FailureError) throw error;
    throw cluster.unavailable(error);
  } finally {
    await admin.close().catch(() => {});
  }
}

async function exists(admin: Admin, topic: string): Promise<boolean> {
  try {
    await admin.metadata({ topics: [topic], forceUpdate: true });
    return true;
  } catch (error) {
    // A topic without a leader exists.
    if (hasBrokerError(error, "LEADER_NOT_AVAILABLE")) return true;
    // The topic may exist without being visible to this user: the attempt to create it shows which.
    if (isUnknownTopic(error) || hasBrokerError(error, "TOPIC_AUTHORIZATION_FAILED")) return false;
    if (hasBrokerError(error, "INVALID_TOPIC_EXCEPTION")) return false;
    throw error;
  }
}

async function create(admin: Admin, topic: string, settings: KafkaSettings): Promise<void> {
  const { partitions, replicationFactor } = settings;
  try {
    await admin.createTopics({ topics: [topic], partitions, replicas: replicationFactor });
  } catch (error) {
    const [name] = brokerErrorNames(error);
    switch (name) {
      case "TOPIC_ALREADY_EXISTS":
        return;
      case "TOPIC_AUTHORIZATION_FAILED":
      case "CLUSTER_AUTHORIZATION_FAILED":
        throw new FailureError(notAllowed(topic, settings));
      case "INVALID_REPLICATION_FACTOR":
      case "INVALID_PARTITIONS":
      case "POLICY_VIOLATION":
      case "INVALID_TOPIC_EXCEPTION":
      case "INVALID_CONFIG":
        throw new FailureError(
          `Kafka topic "${topic}" can't be created with ${partitions} partitions and ${replicationFactor} replicas: ${name}${detailOf(error)}; set KAFKA_PARTITIONS or KAFKA_REPLICATION_FACTOR, or create it yourself`,
        );
      default:
        throw error;
    }
  }
}

function notAllowed(topic: string, { sasl, partitions, replicationFactor }: KafkaSettings): string {
  const user = sasl === null ? "this client" : `user "${sasl.username}"`;
  return `Kafka topic "${topic}" is missing, or ${user} may not see it, and ${user} may not create it: grant the rights of docs/kafka-permissions.md, or create it with kafka-topics.sh --create --topic ${topic} --partitions ${partitions} --replication-factor ${replicationFactor}`;
}

function detailOf(error: unknown): string {
  const detail = brokerDetail(error);
  return detail === null ? "" : ` (${detail})`;
}

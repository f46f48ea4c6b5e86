/** Tests one topic for `sitewire doctor`: whether it exists or can be created, and the user's rights on it. */

import { type Finding, failed, type Outcome, passed, skipped } from "../../../core/diagnosis/finding.ts";
import type { TopicUse } from "../../../core/diagnosis/kafka-use.ts";
import type { Admin } from "../client-adapters/client.ts";
import { brokerErrorNames } from "../client-adapters/client-errors.ts";
import { allowedOperations, anyConnection, tryToCreateTopic } from "../client-adapters/doctor-requests.ts";
import type { Cluster } from "../connecting/cluster.ts";
import { partitionCountOf, type TopicFinding } from "../connecting/topic-metadata.ts";
import { rightOn } from "./diagnose-rights.ts";
import { failureOf } from "./failure-outcome.ts";

const REQUEST_TIMEOUT_MS = 8_000;

export function topicName({ topic }: TopicUse): string {
  return `Kafka topic ${topic}`;
}

/** One finding's name for each right that the topic's use needs. */
export function permissionNames(use: TopicUse): readonly string[] {
  return use.operations.map((operation) => `${topicName(use)}, ${operation} permission`);
}

export async function diagnoseTopic(
  client: Admin,
  cluster: Cluster,
  use: TopicUse,
): Promise<readonly Finding[]> {
  const named = (outcome: Outcome): Finding => ({ name: topicName(use), ...outcome });
  const withoutRights = (outcome: Outcome, because: string): readonly Finding[] => [
    named(outcome),
    ...permissionNames(use).map((name) => ({ name, ...skipped(because) })),
  ];
  try {
    const found = await partitionCountOf(client, use.topic, AbortSignal.timeout(REQUEST_TIMEOUT_MS));
    if ("partitions" in found) {
      const allowed = await allowedOperations(await anyConnection(client), use.topic);
      const rights = use.operations.map((operation) => rightOn(use.topic, operation, allowed, cluster));
      const names = permissionNames(use);
      return [
        named(passed(`${found.partitions} partitions`)),
        ...rights.map((right, index) => ({ name: names[index] ?? topicName(use), ...right })),
      ];
    }
    const outcome = await withoutTopic(client, cluster, use, found);
    return withoutRights(
      outcome,
      outcome.status === "failed" ? `"${topicName(use)}" failed` : "no topic yet",
    );
  } catch (error) {
    return withoutRights(failureOf(error, cluster), `"${topicName(use)}" failed`);
  }
}

async function withoutTopic(
  client: Admin,
  cluster: Cluster,
  { topic, created }: TopicUse,
  { refusal }: Extract<TopicFinding, { refusal: string }>,
): Promise<Outcome> {
  if (refusal === "UNKNOWN_TOPIC_OR_PARTITION") {
    return created
      ? await tryToCreate(client, cluster, topic)
      : passed("missing; it is read as soon as it is there");
  }
  const detail = refusal === "TOPIC_AUTHORIZATION_FAILED" ? "this user may not see it" : refusal;
  return failed(detail, "grant the rights of docs/kafka-permissions.md");
}

/** Asks the broker to validate the request; creates nothing. */
async function tryToCreate(client: Admin, cluster: Cluster, topic: string): Promise<Outcome> {
  const { partitions, replicationFactor } = cluster.settings;
  try {
    const asked = { name: topic, partitions, replicationFactor };
    await tryToCreateTopic(await anyConnection(client), asked, REQUEST_TIMEOUT_MS);
    return passed(`missing; the first app to start creates it with ${partitions} partitions`);
  } catch (error) {
    const [reason] = brokerErrorNames(error);
    if (reason === undefined) return failureOf(error, cluster);
    return failed(
      `missing, and it can't be created with ${partitions} partitions and ${replicationFactor} replicas: ${reason}`,
      "create it, or grant Create on it (docs/kafka-permissions.md), or correct KAFKA_PARTITIONS and KAFKA_REPLICATION_FACTOR",
    );
  }
}

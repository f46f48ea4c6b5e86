/** Tests Kafka step by step for `sitewire doctor`: each broker, each topic, the group, and the rights on them. */

import type { KafkaSettings } from "../../../contract/settings/connection-settings.ts";
import { type Finding, skipped } from "../../../core/diagnosis/finding.ts";
import type { KafkaUse } from "../../../core/diagnosis/kafka-use.ts";
import { Admin } from "../client-adapters/client.ts";
import { dropConnections } from "../client-adapters/connections.ts";
import { Cluster } from "../connecting/cluster.ts";
import { addressOf, diagnoseBroker } from "./diagnose-broker.ts";
import { tryGroup } from "./diagnose-rights.ts";
import { diagnoseTopic, permissionNames, topicName } from "./diagnose-topic.ts";
import { failureOf } from "./failure-outcome.ts";

const REQUEST_TIMEOUT_MS = 8_000;

/**
 * Tests the configured brokers, those the cluster names, the topics and the group. Changes nothing. Throws only
 * `UsageError`, for certificates that can't be used.
 */
export async function diagnoseKafka(settings: KafkaSettings, use: KafkaUse): Promise<readonly Finding[]> {
  const configured = await Promise.all(
    settings.brokers.map(async (broker) => ({
      broker,
      findings: await diagnoseBroker(settings, broker, `Kafka broker ${broker}`),
    })),
  );
  const brokers = configured.filter(({ findings }) => allWell(findings)).map(({ broker }) => broker);
  const found = configured.flatMap(({ findings }) => findings);
  if (brokers.length === 0) return [...found, ...notTried(use)];
  const cluster = new Cluster({ ...settings, brokers });
  const client = cluster.watched(new Admin(cluster.clientOptions(REQUEST_TIMEOUT_MS)));
  try {
    const advertised = await diagnoseAdvertised(client, settings);
    const topics = await Promise.all(use.topics.map((topic) => diagnoseTopic(client, cluster, topic)));
    const group =
      use.group === null
        ? []
        : [{ name: groupName(use.group), ...(await tryGroup(client, use.group, cluster)) }];
    return [...found, ...advertised, ...topics.flat(), ...group];
  } catch (error) {
    return [...found, { name: "Kafka cluster", ...failureOf(error, cluster) }, ...notTried(use)];
  } finally {
    dropConnections(client);
  }
}

/** Clients connect to the address that a broker advertises, which may be reachable only in its own network. */
async function diagnoseAdvertised(client: Admin, settings: KafkaSettings): Promise<readonly Finding[]> {
  const { brokers } = await client.metadata({ topics: [], forceUpdate: true });
  const others = [...brokers]
    .map(([id, broker]) => ({ id, address: addressOf(broker) }))
    .filter(({ address }) => !settings.brokers.includes(address));
  const findings = await Promise.all(
    others.map(({ id, address }) =>
      diagnoseBroker(settings, address, `Kafka broker ${id}, which calls itself ${address}`),
    ),
  );
  return findings.flat().map((finding) => {
    if (finding.status !== "failed") return finding;
    return { ...finding, fix: `${finding.fix}; if the address is wrong, mend its advertised.listeners` };
  });
}

function notTried({ topics, group }: KafkaUse): readonly Finding[] {
  const names = topics.flatMap((topic) => [topicName(topic), ...permissionNames(topic)]);
  return [...names, ...(group === null ? [] : [groupName(group)])].map((name) => ({
    name,
    ...skipped("no broker could be used"),
  }));
}

function groupName(group: string): string {
  return `Kafka group ${group}, read permission`;
}

function allWell(findings: readonly Finding[]): boolean {
  return findings.every(({ status }) => status === "ok");
}

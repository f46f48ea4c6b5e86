// Clients of a test's own on the shared broker, dropped at its end.
import { onTestFinished } from "vitest";
import { Consumer } from "../../../../src/services/kafka/client-adapters/client.ts";
import { dropConnections } from "../../../../src/services/kafka/client-adapters/connections.ts";
import { anyConnection } from "../../../../src/services/kafka/client-adapters/doctor-requests.ts";
import { Cluster } from "../../../../src/services/kafka/connecting/cluster.ts";
import { sharedKafka } from "../../../harness/shared.ts";
import { aName, settingsFor } from "../ground.ts";

export function aConsumer(
  groupId = aName("group"),
  options: Partial<{ heartbeatInterval: number; retries: number; retryDelay: number }> = {},
): Consumer {
  const cluster = new Cluster(settingsFor(sharedKafka().brokers));
  const consumer = new Consumer({
    ...cluster.clientOptions(10_000),
    groupId,
    sessionTimeout: 10_000,
    rebalanceTimeout: 10_000,
    protocols: [{ name: "cooperative-sticky", version: 1 }],
    ...options,
  });
  onTestFinished(() => dropConnections(consumer));
  return consumer;
}

export const aConnection = () => anyConnection(aConsumer());

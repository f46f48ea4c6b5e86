/**
 * What the user may do with topics and the group, as the broker tells it: `sitewire doctor` writes nothing and joins
 * nothing to find out.
 */
import { randomUUID } from "node:crypto";
import { AclOperations, type Admin, type Connection, heartbeatV4, metadataV12 } from "@platformatic/kafka";
import { failed, type Outcome, passed } from "../../../core/diagnosis/finding.ts";
import type { TopicUse } from "../../../core/diagnosis/kafka-use.ts";
import type { Cluster } from "../connecting/cluster.ts";
import { brokerErrorNames } from "../connecting/error-tree.ts";

type Operation = TopicUse["operations"][number];

const RIGHTS = {
  read: { acl: AclOperations.READ, right: "Read" },
  write: { acl: AclOperations.WRITE, right: "Write" },
} as const;

/** What a broker answers to a heartbeat of nobody once it has found that the user may send one. */
const NOT_OURS = [
  "UNKNOWN_MEMBER_ID",
  "ILLEGAL_GENERATION",
  "NOT_COORDINATOR",
  "COORDINATOR_NOT_AVAILABLE",
  "COORDINATOR_LOAD_IN_PROGRESS",
];

/** The operations on a topic that the broker allows this user. Rejects with the client's error. */
export async function allowedOperations(client: Admin, topic: string): Promise<ReadonlySet<Operation>> {
  const response = await metadataV12.api.async(await anyConnection(client), [topic], false, true);
  const allowed = response.topics[0]?.topicAuthorizedOperations ?? 0;
  const operations: readonly Operation[] = ["read", "write"];
  return new Set(operations.filter((operation) => (allowed & (1 << RIGHTS[operation].acl)) !== 0));
}

export function rightOn(
  topic: string,
  operation: Operation,
  allowed: ReadonlySet<Operation>,
  cluster: Cluster,
): Outcome {
  const user = userOf(cluster);
  if (allowed.has(operation)) return passed(`${user} may ${operation}`);
  return failed(
    `${user} may not ${operation}`,
    `grant ${RIGHTS[operation].right} on the topic ${topic} (docs/kafka-permissions.md)`,
  );
}

/** A heartbeat needs the same right as reading in the group does, and that of a member nobody knows changes nothing. */
export async function tryGroup(client: Admin, group: string, cluster: Cluster): Promise<Outcome> {
  const user = userOf(cluster);
  try {
    await heartbeatV4.api.async(await anyConnection(client), group, 0, `doctor-${randomUUID()}`, null);
  } catch (error) {
    const names = brokerErrorNames(error);
    if (names.includes("GROUP_AUTHORIZATION_FAILED")) {
      return failed(
        `${user} may not read in the group`,
        `grant Read on the group ${group} (docs/kafka-permissions.md)`,
      );
    }
    if (!names.some((name) => NOT_OURS.includes(name))) {
      const { cause, fix } = cluster.diagnose(error);
      return failed(cause, fix);
    }
  }
  return passed(`${user} may read in the group and commit`);
}

export async function anyConnection(client: Admin): Promise<Connection> {
  const [connection] = (await client.connectToBrokers()).values();
  if (connection === undefined) throw new Error("the cluster names no broker");
  return connection;
}

function userOf({ settings: { sasl } }: Cluster): string {
  return sasl === null ? "this client" : `user "${sasl.username}"`;
}

/**
 * Three requests of `sitewire doctor` for which the client has no documented call, made with its generated functions:
 * they are exported, not documented, and fixed to one version each (Kafka 2.8 and later).
 */
import {
  AclOperations,
  type Base,
  type Connection,
  createTopicsV7,
  heartbeatV4,
  metadataV12,
} from "@platformatic/kafka";

/** A connection to any broker. Rejects with the client's error. */
export async function anyConnection(client: Pick<Base, "connectToBrokers">): Promise<Connection> {
  const [connection] = (await client.connectToBrokers()).values();
  if (connection === undefined) throw new Error("the cluster names no broker");
  return connection;
}

export interface AllowedOperations {
  readonly read: boolean;
  readonly write: boolean;
}

/** What the broker allows this user on a topic (KIP-430). Rejects with the client's error. */
export async function allowedOperations(connection: Connection, topic: string): Promise<AllowedOperations> {
  const response = await metadataV12.api.async(connection, [topic], false, true);
  const allowed = response.topics[0]?.topicAuthorizedOperations ?? 0;
  return {
    read: (allowed & (1 << AclOperations.READ)) !== 0,
    write: (allowed & (1 << AclOperations.WRITE)) !== 0,
  };
}

/** Asks whether a topic could be created, and creates nothing. Rejects with the client's error where it could not. */
export async function tryToCreateTopic(
  connection: Connection,
  topic: { readonly name: string; readonly partitions: number; readonly replicationFactor: number },
  timeoutMs: number,
): Promise<void> {
  const { name, partitions, replicationFactor } = topic;
  const request = { name, numPartitions: partitions, replicationFactor, assignments: [], configs: [] };
  await createTopicsV7.api.async(connection, [request], timeoutMs, true);
}

/** A heartbeat of a member that the group does not have: it changes nothing. Rejects with what the broker says. */
export async function heartbeatOfNobody(
  connection: Connection,
  group: string,
  memberId: string,
): Promise<void> {
  await heartbeatV4.api.async(connection, group, 0, memberId, null);
}

/**
 * The rights of the user on topics and the group, as the broker reports them: `sitewire doctor` writes nothing and joins
 * nothing.
 */
import { randomUUID } from "node:crypto";
import { failed, type Outcome, passed } from "../../../core/diagnosis/finding.ts";
import type { TopicUse } from "../../../core/diagnosis/kafka-use.ts";
import type { Admin } from "../client-adapters/client.ts";
import { brokerErrorNames } from "../client-adapters/client-errors.ts";
import {
  type AllowedOperations,
  anyConnection,
  heartbeatOfNobody,
} from "../client-adapters/doctor-requests.ts";
import type { Cluster } from "../connecting/cluster.ts";
import { failureOf } from "./failure-outcome.ts";

type Operation = TopicUse["operations"][number];

const RIGHTS = { read: "Read", write: "Write" } as const;

/** Answers to a heartbeat of an unknown member: the broker has found that the user may send one. */
const NOT_OURS = [
  "UNKNOWN_MEMBER_ID",
  "ILLEGAL_GENERATION",
  "NOT_COORDINATOR",
  "COORDINATOR_NOT_AVAILABLE",
  "COORDINATOR_LOAD_IN_PROGRESS",
];

export function rightOn(
  topic: string,
  operation: Operation,
  allowed: AllowedOperations,
  cluster: Cluster,
): Outcome {
  const user = userOf(cluster);
  if (allowed[operation]) return passed(`${user} may ${operation}`);
  return failed(
    `${user} may not ${operation}`,
    `grant ${RIGHTS[operation]} on the topic ${topic} (docs/kafka-permissions.md)`,
  );
}

/** A heartbeat needs the same right as reading in the group, and one of an unknown member changes nothing. */
export async function tryGroup(client: Admin, group: string, cluster: Cluster): Promise<Outcome> {
  const user = userOf(cluster);
  try {
    await heartbeatOfNobody(await anyConnection(client), group, `doctor-${randomUUID()}`);
  } catch (error) {
    const names = brokerErrorNames(error);
    if (names.includes("GROUP_AUTHORIZATION_FAILED")) {
      return failed(
        `${user} may not read in the group`,
        `grant Read on the group ${group} (docs/kafka-permissions.md)`,
      );
    }
    if (!names.some((name) => NOT_OURS.includes(name))) {
      return failureOf(error, cluster);
    }
  }
  return passed(`${user} may read in the group and commit`);
}

function userOf({ settings: { sasl } }: Cluster): string {
  return sasl === null ? "this client" : `user "${sasl.username}"`;
}

/** Updates the group's subscription when a topic is created, deleted or gets more partitions. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "../../../core/log.ts";
import { retryWhileUnavailable } from "../../../core/running/retrying.ts";
import type { Consumer } from "../client-adapters/client.ts";
import { hasBrokerError, isUnknownTopic } from "../client-adapters/client-errors.ts";
import type { Cluster } from "../connecting/cluster.ts";
import type { GroupMembership } from "./group-membership.ts";

const LOOK_EVERY_MS = 5_000;
const LOOK_AGAIN_MS = 500;

export interface TopicWatchOptions {
  readonly reader: Consumer;
  readonly cluster: Cluster;
  readonly log: Log;
  readonly topics: readonly string[];
  readonly membership: GroupMembership;
}

/** Joins the group as soon as one of the topics exists, and again whenever they change. Never rejects. */
export async function watchTopics(options: TopicWatchOptions, signal: AbortSignal): Promise<void> {
  const { reader, log, topics, membership } = options;
  let known = "";
  let reported = "";
  while (!signal.aborted) {
    const look = (): Promise<readonly (string | null)[]> => lookAt(topics, options);
    const found = await retryWhileUnavailable(look, { what: "Kafka", log, signal }).catch(() => null);
    if (found === null) return;
    const present = topics.filter((_, index) => found[index] !== null);
    const missing = topics.filter((_, index) => found[index] === null).join(", ");
    if (missing !== "" && missing !== reported) {
      log.warn({ topics: missing }, "topic missing or not visible to this user, looking again");
    }
    reported = missing;
    const now = JSON.stringify(found);
    if (now !== known && present.length > 0) {
      reader.topics.clear();
      reader.topics.trackAll(...present);
      membership.subscribe(present);
      membership.rejoin();
    }
    known = now;
    membership.checkHeartbeats();
    const waitMs = present.length === 0 ? LOOK_AGAIN_MS : LOOK_EVERY_MS;
    await sleep(waitMs, undefined, { signal }).catch(() => {});
  }
}

async function lookAt(
  topics: readonly string[],
  { reader, cluster }: TopicWatchOptions,
): Promise<readonly (string | null)[]> {
  try {
    return await Promise.all(topics.map((topic) => describe(reader, topic)));
  } catch (error) {
    throw cluster.unavailable(error);
  }
}

/** A text that changes with the topic's id and partition count; null when it is missing or not visible. */
async function describe(reader: Consumer, topic: string): Promise<string | null> {
  try {
    const { topics } = await reader.metadata({ topics: [topic], forceUpdate: true });
    const found = topics.get(topic);
    return found === undefined ? null : `${found.id}/${found.partitionsCount}`;
  } catch (error) {
    if (isUnknownTopic(error) || hasBrokerError(error, "TOPIC_AUTHORIZATION_FAILED")) return null;
    throw error;
  }
}

/** A client that reads offsets of topics and groups without joining a group. */
import { Consumer, ListOffsetTimestamps } from "../client-adapters/client.ts";
import { isUnknownTopic } from "../client-adapters/client-errors.ts";
import type { Cluster } from "../connecting/cluster.ts";

const REQUEST_TIMEOUT_MS = 10_000;
/** A new leader or coordinator is found within a few retries. */
const TRIES_AGAIN = 3;
const TRY_AGAIN_MS = 200;

/** Joins no group; `groupId` is the group it asks about. */
export function openObserver(cluster: Cluster, groupId: string): Consumer {
  const patience = { retries: TRIES_AGAIN, retryDelay: TRY_AGAIN_MS };
  return cluster.watched(
    new Consumer({ ...cluster.clientOptions(REQUEST_TIMEOUT_MS), ...patience, groupId }),
  );
}

export interface TopicOffsets {
  readonly topic: string;
  readonly topicId: string;
  /** By partition number. */
  readonly partitions: readonly {
    readonly leader: number;
    readonly earliest: bigint;
    readonly end: bigint;
  }[];
}

/** Null when there is no such topic. Rejects with the client's error. */
export async function topicOffsets(observer: Consumer, topic: string): Promise<TopicOffsets | null> {
  try {
    const metadata = await observer.metadata({ topics: [topic], forceUpdate: true });
    const found = metadata.topics.get(topic);
    if (found === undefined) return null;
    const [earliest, ends] = await Promise.all([
      observer.listOffsets({ topics: [topic], timestamp: ListOffsetTimestamps.EARLIEST }),
      observer.listOffsets({ topics: [topic], timestamp: ListOffsetTimestamps.LATEST }),
    ]);
    const partitions = found.partitions.map(({ leader }, partition) => ({
      leader,
      earliest: earliest.get(topic)?.[partition] ?? 0n,
      end: ends.get(topic)?.[partition] ?? 0n,
    }));
    return { topic, topicId: found.id, partitions };
  } catch (error) {
    if (isUnknownTopic(error)) return null;
    throw error;
  }
}

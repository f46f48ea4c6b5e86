/** How far a consumer group is behind, partition by partition. */
import type { KafkaSettings } from "../../../contract/settings/connection-settings.ts";
import type { PartitionLag } from "../../../core/events/ports.ts";
import { dropConnections } from "../client-adapters/connections.ts";
import { Cluster } from "../connecting/cluster.ts";
import { openObserver, topicOffsets } from "./topic-offsets.ts";

export interface LagQuestion {
  readonly settings: KafkaSettings;
  readonly groupId: string;
  readonly topics: readonly string[];
}

/** Topics that do not exist are left out. Throws `UnavailableError`. */
export async function readKafkaLag({
  settings,
  groupId,
  topics,
}: LagQuestion): Promise<readonly PartitionLag[]> {
  const cluster = new Cluster(settings);
  const observer = openObserver(cluster, groupId);
  try {
    const found = await Promise.all(topics.map((topic) => topicOffsets(observer, topic)));
    const present = found.filter((offsets) => offsets !== null);
    if (present.length === 0) return [];
    observer.topics.trackAll(...present.map(({ topic }) => topic));
    const committed = await observer.listCommittedOffsets({
      topics: present.map(({ topic, partitions }) => ({ topic, partitions: [...partitions.keys()] })),
    });
    return present.flatMap(({ topic, partitions }) =>
      partitions.map(({ earliest, end }, partition): PartitionLag => {
        const offset = committed.get(topic)?.[partition] ?? -1n;
        const next = offset < earliest ? earliest : offset;
        return {
          topic,
          partition,
          committed: offset < 0n ? null : offset,
          end,
          lag: next > end ? 0n : end - next,
        };
      }),
    );
  } catch (error) {
    throw cluster.unavailable(error, { group: groupId, topic: topics.join(", ") });
  } finally {
    dropConnections(observer);
  }
}

/** How far a consumer group is behind, partition by partition. */
import type { KafkaSettings } from "../../../contract/settings/connection-settings.ts";
import type { PartitionLag } from "../../../core/events/ports.ts";
import { dropConnections } from "../client-adapters/connections.ts";
import { Cluster } from "../connecting/cluster.ts";
import { type StartFrom, startOffsets } from "../consuming/start-offsets.ts";
import { openObserver, topicOffsets } from "./topic-offsets.ts";

export interface LagQuestion {
  readonly settings: KafkaSettings;
  readonly groupId: string;
  readonly topics: readonly string[];
  /** Where the group begins in partitions without a committed offset; the oldest event when omitted. */
  readonly from?: StartFrom | undefined;
}

/** Topics that do not exist are left out. Throws `UnavailableError`. */
export async function readKafkaLag({
  settings,
  groupId,
  topics,
  from = "earliest",
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
    const startsOf = async ({ topic, partitions }: (typeof present)[number]) =>
      from === "earliest"
        ? partitions.map(({ earliest }) => earliest)
        : await startOffsets(observer, topic, [...partitions.keys()], from);
    const starts = await Promise.all(present.map(startsOf));
    return present.flatMap(({ topic, partitions }, index) =>
      partitions.map(({ earliest, end }, partition): PartitionLag => {
        const offset = committed.get(topic)?.[partition] ?? -1n;
        const start = offset < 0n ? (starts[index]?.[partition] ?? earliest) : offset;
        const next = start < earliest ? earliest : start;
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

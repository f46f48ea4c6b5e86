/**
 * A group's offsets, read and committed by a client of its own: the one that joins the group may wait on its connection
 * for the other members, for as long as a rebalance takes.
 */
import { Consumer, type GroupAssignment } from "@platformatic/kafka";
import type { Cluster } from "../connecting/cluster.ts";
import { dropConnections } from "../connecting/drop-connections.ts";

export interface PartitionOffset {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

/** As whom offsets are committed: the group takes them only from a member of its present generation. */
export interface Membership {
  readonly memberId: string;
  readonly generationId: number;
}

const REQUEST_TIMEOUT_MS = 5_000;

export class GroupOffsets {
  readonly #client: Consumer;

  constructor(cluster: Cluster, groupId: string) {
    this.#client = cluster.watched(new Consumer({ ...cluster.clientOptions(REQUEST_TIMEOUT_MS), groupId }));
  }

  /** The offsets of these partitions; -1 where the group has committed none. Rejects with the client's error. */
  async committed(assignments: readonly GroupAssignment[]): Promise<readonly PartitionOffset[]> {
    if (assignments.length === 0) return [];
    const found = await this.#client.listCommittedOffsets({ topics: [...assignments] });
    return assignments.flatMap(({ topic, partitions }) =>
      partitions.map((partition) => ({ topic, partition, offset: found.get(topic)?.[partition] ?? -1n })),
    );
  }

  /** Rejects with the client's error. */
  async commit(offsets: readonly PartitionOffset[], { memberId, generationId }: Membership): Promise<void> {
    this.#client.memberId = memberId;
    this.#client.generationId = generationId;
    await this.#client.commit({ offsets: offsets.map((offset) => ({ ...offset, leaderEpoch: -1 })) });
  }

  close(): void {
    // It never joined, and must not leave in the member's name.
    this.#client.memberId = null;
    dropConnections(this.#client);
  }
}

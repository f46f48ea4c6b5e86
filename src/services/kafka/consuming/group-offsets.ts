/**
 * Reads and commits a group's offsets with a separate client: on the joining client's connection, requests wait behind the
 * join for as long as a rebalance takes.
 */
import { Consumer, type GroupAssignment } from "../client-adapters/client.ts";
import { dropConnections } from "../client-adapters/connections.ts";
import { actAs, actAsNobody, type Membership } from "../client-adapters/group-member.ts";
import type { Cluster } from "../connecting/cluster.ts";

export interface PartitionOffset {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

const REQUEST_TIMEOUT_MS = 5_000;

export class GroupOffsets {
  readonly #client: Consumer;

  constructor(cluster: Cluster, groupId: string) {
    this.#client = cluster.watched(new Consumer({ ...cluster.clientOptions(REQUEST_TIMEOUT_MS), groupId }));
  }

  /** The committed offsets of these partitions; -1 where there is none. Rejects with the client's error. */
  async committed(assignments: readonly GroupAssignment[]): Promise<readonly PartitionOffset[]> {
    if (assignments.length === 0) return [];
    const found = await this.#client.listCommittedOffsets({ topics: [...assignments] });
    return assignments.flatMap(({ topic, partitions }) =>
      partitions.map((partition) => ({ topic, partition, offset: found.get(topic)?.[partition] ?? -1n })),
    );
  }

  /** Rejects with the client's error. */
  async commit(offsets: readonly PartitionOffset[], membership: Membership): Promise<void> {
    actAs(this.#client, membership);
    await this.#client.commit({ offsets: offsets.map((offset) => ({ ...offset, leaderEpoch: -1 })) });
  }

  close(): void {
    actAsNobody(this.#client);
    dropConnections(this.#client);
  }
}

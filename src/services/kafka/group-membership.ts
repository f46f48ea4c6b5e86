/**
 * Membership of a consumer group: joins, stays in by heartbeats that run on their own whatever the handler does, joins
 * again when the group or the connection asks for it, and tells which partitions it has been given.
 *
 * States: outside → joining → member → joining (rebalance, lost connection, unknown member) → … → left. Offsets can be
 * committed only as a member, under the generation whose assignment has been told.
 */
import { Consumer, type GroupAssignment } from "@platformatic/kafka";
import type { Log } from "../../core/log.ts";
import { retryWhileUnavailable } from "../../core/retrying.ts";
import type { Cluster } from "./cluster.ts";
import { dropConnections } from "./drop-connections.ts";
import { errorTree } from "./error-tree.ts";

export interface MembershipOptions {
  readonly cluster: Cluster;
  readonly groupId: string;
  readonly instanceId: string | undefined;
  readonly sessionTimeoutMs: number;
  readonly heartbeatMs: number;
  readonly log: Log;
  /** Called with everything this member now holds, after each time the group has been shared out. */
  readonly onAssigned: (assignments: readonly GroupAssignment[]) => void;
}

const CHANGES_WORTH_TELLING = 5;

export interface PartitionOffset {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

export class GroupMembership {
  readonly #options: MembershipOptions;
  readonly #consumer: Consumer;
  readonly #left = new AbortController();
  #toldGeneration: number | null = null;
  #memberId: string | null = null;
  #memberChanges = 0;
  #joining = false;
  #joinAgain = false;

  constructor(options: MembershipOptions) {
    this.#options = options;
    const { cluster, groupId, instanceId, sessionTimeoutMs, heartbeatMs } = options;
    this.#consumer = cluster.watched(
      new Consumer({
        // A join is answered only when the other members have come: longer than any other request.
        ...cluster.clientOptions(sessionTimeoutMs + 5_000),
        groupId,
        ...(instanceId === undefined ? {} : { groupInstanceId: instanceId }),
        sessionTimeout: sessionTimeoutMs,
        rebalanceTimeout: sessionTimeoutMs,
        heartbeatInterval: heartbeatMs,
        protocols: [{ name: "cooperative-sticky", version: 1 }],
      }),
    );
    this.#consumer.on("consumer:group:join", ({ memberId, assignments, generationId }) => {
      this.#toldGeneration = generationId ?? null;
      this.#noteMember(memberId);
      options.onAssigned(assignments ?? []);
    });
    // The client gives up after a failed attempt to join again; we don't.
    this.#consumer.on("error", () => this.rejoin());
  }

  /** Two processes under one instance id take the place from each other for ever; neither is told by the client. */
  #noteMember(memberId: string): void {
    const { instanceId, log, groupId } = this.#options;
    if (instanceId === undefined || memberId === this.#memberId) return;
    this.#memberId = memberId;
    this.#memberChanges += 1;
    if (this.#memberChanges % CHANGES_WORTH_TELLING === 0) {
      log.error(
        { groupId, instanceId },
        "membership lost again and again: does another process use the same KAFKA_INSTANCE_ID? It must be unique",
      );
    }
  }

  /** True while offsets can be committed. */
  get isMember(): boolean {
    return this.#consumer.isActive() && this.#toldGeneration === this.#consumer.generationId;
  }

  /** The topics to ask for at the next join. Each must exist: the client can't join for a missing one. */
  subscribe(topics: readonly string[]): void {
    this.#consumer.clearMetadata();
    this.#consumer.topics.clear();
    this.#consumer.topics.trackAll(...topics);
  }

  /** Joins, or joins again, in the background, until it has succeeded or `leave` is called. */
  rejoin(): void {
    this.#joinAgain = true;
    if (this.#joining) return;
    this.#joining = true;
    this.#joinUntilDone().finally(() => {
      this.#joining = false;
    });
  }

  async #joinUntilDone(): Promise<void> {
    const { cluster, log } = this.#options;
    const { signal } = this.#left;
    const join = async (): Promise<void> => {
      try {
        await this.#consumer.joinGroup({});
      } catch (error) {
        throw cluster.unavailable(error);
      }
    };
    // What is asked for while a join is under way may have come too late for it.
    while (this.#joinAgain && !signal.aborted) {
      this.#joinAgain = false;
      await retryWhileUnavailable(join, { what: "Kafka consumer group", log, signal }).catch(() => {});
    }
  }

  /**
   * Ends the connections when heartbeats have gone unanswered for long, so that the next ones go out on new ones: a
   * connection that stands still would else be noticed only after the session has timed out.
   */
  checkHeartbeats(nowMs: number): void {
    const { sessionTimeoutMs } = this.#options;
    const last = this.#consumer.lastHeartbeat?.getTime();
    if (!this.#consumer.isActive() || last === undefined || nowMs - last < sessionTimeoutMs / 2) return;
    for (const [, { socket }] of this.#consumer.connections) socket.destroy();
  }

  /** The group's offsets of these partitions; -1 where it has none. Rejects with the client's error. */
  async committed(assignments: readonly GroupAssignment[]): Promise<readonly PartitionOffset[]> {
    if (assignments.length === 0) return [];
    const found = await this.#consumer.listCommittedOffsets({ topics: [...assignments] });
    return assignments.flatMap(({ topic, partitions }) =>
      partitions.map((partition) => ({ topic, partition, offset: found.get(topic)?.[partition] ?? -1n })),
    );
  }

  /** Rejects with the client's error. When the group no longer knows this member, joins again too. */
  async commit(offsets: readonly PartitionOffset[]): Promise<void> {
    try {
      await this.#consumer.commit({ offsets: offsets.map((offset) => ({ ...offset, leaderEpoch: -1 })) });
    } catch (error) {
      if (errorTree(error).some((inner) => "needsRejoin" in inner && inner.needsRejoin === true))
        this.rejoin();
      throw error;
    }
  }

  /**
   * Leaves, so that the others need not wait for the session to time out. A member with an instance id stays on the
   * list: it gets the same partitions back if it returns in time.
   */
  async leave(longestMs: number): Promise<void> {
    this.#left.abort(new Error("left the group"));
    if (this.#options.instanceId !== undefined) dropConnections(this.#consumer);
    const patience = AbortSignal.timeout(longestMs);
    const outOfPatience = new Promise<void>((resolve) => patience.addEventListener("abort", () => resolve()));
    await Promise.race([this.#consumer.close(true).catch(() => {}), outOfPatience]);
    dropConnections(this.#consumer);
  }
}

/**
 * Membership of a consumer group: joins, stays in by heartbeats that run on their own whatever the handler does, joins
 * again when the group or the connection asks for it, and tells which partitions it has been given.
 *
 * States: outside → joining → member → joining (rebalance, lost connection, unknown member) → … → left. Offsets can be
 * committed only as a member, under the generation whose assignment has been told.
 */

import type { Log } from "../../../core/log.ts";
import { retryWhileUnavailable } from "../../../core/running/retrying.ts";
import { Consumer, type GroupAssignment } from "../client-adapters/client.ts";
import { hasBrokerError, needsRejoin } from "../client-adapters/client-errors.ts";
import { dropConnections, renewConnections } from "../client-adapters/connections.ts";
import {
  listenToMember,
  type Membership,
  memberState,
  sendsHeartbeats,
} from "../client-adapters/group-member.ts";
import type { Cluster } from "../connecting/cluster.ts";
import { GroupOffsets, type PartitionOffset } from "./group-offsets.ts";

export interface MembershipOptions {
  readonly cluster: Cluster;
  readonly groupId: string;
  readonly instanceId: string | undefined;
  readonly sessionTimeoutMs: number;
  readonly heartbeatMs: number;
  readonly log: Log;
  /** Called with everything this member now holds, after each time the group has been shared out. */
  readonly onAssigned: (assignments: readonly GroupAssignment[]) => void;
  /** Called with what this member keeps, when the rest is about to go to others: the time to commit it. */
  readonly onRevoking: (kept: readonly GroupAssignment[]) => void;
}

const CHANGES_WORTH_TELLING = 5;

export class GroupMembership {
  readonly #options: MembershipOptions;
  readonly #consumer: Consumer;
  readonly #offsets: GroupOffsets;
  readonly #left = new AbortController();
  #toldGeneration: number | null = null;
  #told: readonly GroupAssignment[] = [];
  #memberId: string | null = null;
  #memberChanges = 0;
  /** When the coordinator last answered a join or a heartbeat, on the monotonic clock. */
  #heardAtMs = 0;
  #joining = false;
  #topics: readonly string[] = [];
  #joinAgain = false;
  /** From a join that succeeded until the client gives up. */
  #isMember = false;

  constructor(options: MembershipOptions) {
    this.#options = options;
    const { cluster, groupId, instanceId, sessionTimeoutMs, heartbeatMs } = options;
    this.#offsets = new GroupOffsets(cluster, groupId);
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
    listenToMember(this.#consumer, {
      onRebalance: () => this.#tellRevocation(),
      onJoined: (member, assignments) => this.#joined(member, assignments),
      onHeartbeat: () => {
        this.#heardAtMs = performance.now();
      },
      onGivenUp: () => {
        this.#isMember = false;
        this.rejoin();
      },
    });
  }

  #joined({ memberId, generationId }: Membership, assignments: readonly GroupAssignment[]): void {
    this.#toldGeneration = generationId;
    this.#told = assignments;
    this.#heardAtMs = performance.now();
    this.#isMember = true;
    this.#noteMember(memberId);
    this.#options.onAssigned(assignments);
    if (this.#joinAgain) this.rejoin();
  }

  /**
   * In a cooperative rebalance a member first hears what it will lose, under a generation of its own, and joins once
   * more before anyone else gets it. The client tells of the first only by having changed its list.
   */
  #tellRevocation(): void {
    const { assignments, generationId } = memberState(this.#consumer);
    if (assignments === null || assignments === this.#told || generationId === this.#toldGeneration) return;
    this.#toldGeneration = generationId;
    this.#told = assignments;
    this.#options.onRevoking(assignments);
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

  /**
   * True while offsets can be committed: the generation under which they would be is the one whose assignment has been
   * told. During a rebalance that is so until the group answers the join.
   */
  get canCommit(): boolean {
    const { membership, generationId } = memberState(this.#consumer);
    return membership !== null && this.#toldGeneration === generationId;
  }

  /** The topics to ask for at the next join. Each must exist: the client can't join for a missing one. */
  subscribe(topics: readonly string[]): void {
    this.#topics = topics;
    this.#consumer.clearMetadata();
    this.#consumer.topics.clear();
    this.#consumer.topics.trackAll(...topics);
  }

  /** Joins, or joins again, in the background, until it has succeeded or `leave` is called. */
  rejoin(): void {
    this.#joinAgain = true;
    if (this.#joining || this.#clientJoins) return;
    this.#joining = true;
    this.#joinUntilDone().finally(() => {
      this.#joining = false;
    });
  }

  /**
   * The client joins by itself when a heartbeat asks for it; its heartbeats rest meanwhile. A second join beside it would
   * claim the partitions that the first is about to give up: then nobody would be given them.
   */
  get #clientJoins(): boolean {
    return this.#isMember && !sendsHeartbeats(this.#consumer);
  }

  async #joinUntilDone(): Promise<void> {
    const { cluster, groupId, log } = this.#options;
    const { signal } = this.#left;
    const join = async (): Promise<void> => {
      try {
        await this.#consumer.joinGroup({});
      } catch (error) {
        throw cluster.unavailable(error, { group: groupId, topic: this.#topics.join(", ") });
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
  checkHeartbeats(): void {
    const silentMs = performance.now() - this.#heardAtMs;
    if (!sendsHeartbeats(this.#consumer) || silentMs < this.#options.sessionTimeoutMs / 2) return;
    renewConnections(this.#consumer);
  }

  /** The group's offsets of these partitions; -1 where it has none. Rejects with the client's error. */
  committed(assignments: readonly GroupAssignment[]): Promise<readonly PartitionOffset[]> {
    return this.#offsets.committed(assignments);
  }

  /** Rejects with the client's error. When the group no longer knows this member, joins again too. */
  async commit(offsets: readonly PartitionOffset[]): Promise<void> {
    const { membership } = memberState(this.#consumer);
    if (membership === null) throw new Error("not a member of the group");
    try {
      await this.#offsets.commit(offsets, membership);
    } catch (error) {
      const { membership: now } = memberState(this.#consumer);
      const outdated =
        needsRejoin(error) &&
        now?.memberId === membership.memberId &&
        now.generationId === membership.generationId;
      // A rebalance under way is known already, or will be by the next heartbeat.
      if (outdated && !hasBrokerError(error, "REBALANCE_IN_PROGRESS")) this.rejoin();
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
    this.#offsets.close();
    dropConnections(this.#consumer);
  }
}

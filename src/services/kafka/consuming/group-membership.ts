/**
 * Membership of a consumer group: joins, sends heartbeats whatever the handler does, joins again after a rebalance or a
 * lost connection, and reports the assigned partitions.
 *
 * States: outside → joining → member → joining (rebalance, lost connection, unknown member) → … → left. Offsets are
 * committed only as a member, under the generation whose assignment has been reported.
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
  /** Called with all assigned partitions, after each rebalance. */
  readonly onAssigned: (assignments: readonly GroupAssignment[]) => void;
  /** Called with the partitions this member keeps, before the others are revoked: commit those now. */
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
  /** True from a successful join until the client stops retrying. */
  #isMember = false;

  constructor(options: MembershipOptions) {
    this.#options = options;
    const { cluster, groupId, instanceId, sessionTimeoutMs, heartbeatMs } = options;
    this.#offsets = new GroupOffsets(cluster, groupId);
    this.#consumer = cluster.watched(
      new Consumer({
        // The coordinator answers a join only when all members have joined: longer than any other request.
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
   * A cooperative rebalance has two rounds: the first tells a member what it keeps, and only the second gives the rest to
   * others. The client has no event for the first; only its list of assignments changes.
   */
  #tellRevocation(): void {
    const { assignments, generationId } = memberState(this.#consumer);
    if (assignments === null || assignments === this.#told || generationId === this.#toldGeneration) return;
    this.#toldGeneration = generationId;
    this.#told = assignments;
    this.#options.onRevoking(assignments);
  }

  /** Two processes with one instance id keep displacing each other; the client reports it to neither. */
  #noteMember(memberId: string): void {
    const { instanceId, log, groupId } = this.#options;
    if (instanceId === undefined || memberId === this.#memberId) return;
    this.#memberId = memberId;
    this.#memberChanges += 1;
    if (this.#memberChanges % CHANGES_WORTH_TELLING === 0) {
      log.error(
        { groupId, instanceId },
        "membership lost repeatedly: does another process use the same KAFKA_INSTANCE_ID? It must be unique",
      );
    }
  }

  /**
   * Whether offsets can be committed: the current generation is the one whose assignment has been reported. During a
   * rebalance that holds until the coordinator answers the join.
   */
  get canCommit(): boolean {
    const { membership, generationId } = memberState(this.#consumer);
    return membership !== null && this.#toldGeneration === generationId;
  }

  /** Sets the topics for the next join. Each must exist: the client can't join for a missing one. */
  subscribe(topics: readonly string[]): void {
    this.#topics = topics;
    this.#consumer.clearMetadata();
    this.#consumer.topics.clear();
    this.#consumer.topics.trackAll(...topics);
  }

  /** Joins in the background, once more if already a member; retries until it succeeds or `leave` is called. */
  rejoin(): void {
    this.#joinAgain = true;
    if (this.#joining || this.#clientJoins) return;
    this.#joining = true;
    this.#joinUntilDone().finally(() => {
      this.#joining = false;
    });
  }

  /**
   * The client joins by itself when a heartbeat's answer asks for it, and sends no heartbeats meanwhile. A second join at
   * the same time would claim partitions that the first is about to give up: then they would be assigned to nobody.
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
    // A request that arrives during a join may be too late for that join.
    while (this.#joinAgain && !signal.aborted) {
      this.#joinAgain = false;
      await retryWhileUnavailable(join, { what: "Kafka consumer group", log, signal }).catch(() => {});
    }
  }

  /**
   * Ends the connections when the coordinator has not answered for half a session: the next heartbeat opens a new one.
   * Without this a dead connection would be noticed only after the session has timed out.
   */
  checkHeartbeats(): void {
    const silentMs = performance.now() - this.#heardAtMs;
    if (!sendsHeartbeats(this.#consumer) || silentMs < this.#options.sessionTimeoutMs / 2) return;
    renewConnections(this.#consumer);
  }

  /** The committed offsets of these partitions; -1 where there is none. Rejects with the client's error. */
  committed(assignments: readonly GroupAssignment[]): Promise<readonly PartitionOffset[]> {
    return this.#offsets.committed(assignments);
  }

  /** Rejects with the client's error; when the group no longer knows this member, it also joins again. */
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
      // The next heartbeat reports a rebalance anyway.
      if (outdated && !hasBrokerError(error, "REBALANCE_IN_PROGRESS")) this.rejoin();
      throw error;
    }
  }

  /**
   * Leaves the group, so that the others need not wait for the session to time out. A member with an instance id does not
   * leave: if it returns in time, it gets the same partitions back.
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

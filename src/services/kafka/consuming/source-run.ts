/** One run of an event source, from joining the group to leaving it. */

import type { KafkaSettings } from "../../../contract/settings/connection-settings.ts";
import type { EventBatch } from "../../../core/events/ports.ts";
import type { Log } from "../../../core/log.ts";
import { retryWhileUnavailable } from "../../../core/running/retrying.ts";
import { Consumer, type GroupAssignment } from "../client-adapters/client.ts";
import { dropConnections } from "../client-adapters/connections.ts";
import { Cluster } from "../connecting/cluster.ts";
import { keyOf } from "../publishing/produce-plan.ts";
import { FetchLoop } from "./fetch-loop.ts";
import { GroupMembership } from "./group-membership.ts";
import { OffsetCommitter } from "./offset-committer.ts";
import { type BatchLimits, PartitionFeed } from "./partition-feed.ts";
import { type StartFrom, startOffsets } from "./start-offsets.ts";
import { watchTopics } from "./topic-watch.ts";

export interface SourceRunOptions {
  readonly settings: KafkaSettings;
  readonly groupId: string;
  readonly instanceId?: string | undefined;
  readonly topics: readonly string[];
  readonly from: StartFrom;
  readonly batch: BatchLimits;
  readonly log: Log;
  readonly sessionTimeoutMs: number;
  readonly heartbeatMs: number;
}

const READER_TIMEOUT_MS = 10_000;
const LAST_COMMIT_MS = 5_000;
const LEAVE_MS = 5_000;

type Handle = (batch: EventBatch, signal: AbortSignal) => Promise<void>;

export class SourceRun {
  readonly #options: SourceRunOptions;
  readonly #handle: Handle;
  readonly #cluster: Cluster;
  readonly #reader: Consumer;
  readonly #membership: GroupMembership;
  readonly #fetchLoop: FetchLoop;
  readonly #committer: OffsetCommitter;
  readonly #feeds = new Map<string, PartitionFeed>();
  /** The handler at work on each partition, also on an abandoned batch: the next batch waits for it. */
  readonly #work = new Map<string, Promise<void>>();
  readonly #stopped = new AbortController();
  #assignment: readonly GroupAssignment[] = [];
  #failure: { readonly reason: unknown } | null = null;

  constructor(options: SourceRunOptions, handle: Handle) {
    this.#options = options;
    this.#handle = handle;
    const { settings, log, groupId, instanceId, sessionTimeoutMs, heartbeatMs } = options;
    const cluster = new Cluster(settings);
    this.#cluster = cluster;
    this.#reader = cluster.watched(new Consumer({ ...cluster.clientOptions(READER_TIMEOUT_MS), groupId }));
    this.#membership = new GroupMembership({
      cluster,
      groupId,
      instanceId,
      sessionTimeoutMs,
      heartbeatMs,
      log,
      onAssigned: (assignments) => this.#assigned(assignments),
      onRevoking: (kept) => this.#revoking(kept),
    });
    this.#fetchLoop = new FetchLoop({
      reader: this.#reader,
      cluster,
      log,
      feeds: () => [...this.#feeds.values()],
      onTopicReplaced: (topic) => this.#topicReplaced(topic),
    });
    this.#committer = new OffsetCommitter({
      membership: this.#membership,
      feeds: () => [...this.#feeds.values()],
      cluster,
      log,
    });
  }

  async until(signal: AbortSignal): Promise<void> {
    const stop = (): void => this.#stop(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    const { reader, membership } = { reader: this.#reader, membership: this.#membership };
    const { log, topics } = this.#options;
    await Promise.all([
      this.#fetchLoop.run(this.#stopped.signal),
      this.#committer.run(this.#stopped.signal),
      watchTopics({ reader, cluster: this.#cluster, log, topics, membership }, this.#stopped.signal),
    ]);
    signal.removeEventListener("abort", stop);
    await Promise.all(this.#work.values());
    await this.#committer.flush(LAST_COMMIT_MS);
    await membership.leave(LEAVE_MS);
    if (this.#failure !== null) throw this.#failure.reason;
  }

  #assigned(assignments: readonly GroupAssignment[]): void {
    if (this.#stopped.signal.aborted) return;
    this.#assignment = assignments;
    const kept = keysOf(assignments);
    for (const key of this.#feeds.keys()) if (!kept.has(key)) this.#giveUp(key);
    const { log, groupId, topics } = this.#options;
    const partitions = [...kept];
    log.info({ partitions }, "partitions assigned");
    const take = async (): Promise<void> => {
      if (this.#assignment !== assignments) return;
      try {
        await this.#takeOver(assignments);
      } catch (error) {
        throw this.#cluster.unavailable(error, { group: groupId, topic: topics.join(", ") });
      }
    };
    const patient = { what: "Kafka group offsets", log, signal: this.#stopped.signal };
    retryWhileUnavailable(take, patient).catch(() => {});
  }

  /** Stops the partitions that are about to be revoked and commits what they have handled so far. */
  #revoking(kept: readonly GroupAssignment[]): void {
    const keys = keysOf(kept);
    for (const [key, feed] of this.#feeds) if (!keys.has(key)) feed.stop();
    this.#committer.wake();
  }

  /** Starts the newly assigned partitions; does nothing once there is a newer assignment. */
  async #takeOver(assignments: readonly GroupAssignment[]): Promise<void> {
    const committed = await this.#membership.committed(assignments);
    for (const { topic, partitions } of assignments) {
      const offsets = new Map(
        committed
          .filter((entry) => entry.topic === topic)
          .map(({ partition, offset }) => [partition, offset]),
      );
      const unknown = partitions.filter((partition) => (offsets.get(partition) ?? -1n) < 0n);
      if (unknown.length > 0) {
        const starts = await startOffsets(this.#reader, topic, unknown, this.#options.from);
        for (const [index, partition] of unknown.entries()) offsets.set(partition, starts[index] ?? 0n);
      }
      const metadata = await this.#reader.metadata({ topics: [topic] });
      const topicId = metadata.topics.get(topic)?.id ?? "";
      if (this.#assignment !== assignments || this.#stopped.signal.aborted) return;
      for (const partition of partitions) {
        this.#begin({ topic, partition, topicId }, offsets.get(partition) ?? 0n);
      }
    }
    this.#fetchLoop.wake();
  }

  #begin(place: { topic: string; partition: number; topicId: string }, offset: bigint): void {
    const key = keyOf(place);
    const running = this.#feeds.get(key);
    // This member has handled its events whatever is committed; only a higher committed offset moves it.
    const goesOn = running !== undefined && running.topicId === place.topicId && offset <= running.handled;
    if (goesOn && !running.stopped) return;
    this.#giveUp(key);
    const feed = new PartitionFeed(place, goesOn ? running.handled : offset, this.#options.batch);
    this.#feeds.set(key, feed);
    const before = this.#work.get(key) ?? Promise.resolve();
    const work = before.then(() => this.#handleAll(feed));
    this.#work.set(key, work);
  }

  #giveUp(key: string): void {
    this.#feeds.get(key)?.abandon();
    this.#feeds.delete(key);
  }

  #topicReplaced(topic: string): void {
    for (const [key, feed] of this.#feeds) if (feed.topic === topic) this.#giveUp(key);
    this.#membership.rejoin();
  }

  async #handleAll(feed: PartitionFeed): Promise<void> {
    const signal = AbortSignal.any([this.#stopped.signal, feed.signal]);
    for (;;) {
      const batch = await feed.nextBatch();
      if (batch === null) return;
      this.#fetchLoop.wake();
      try {
        await this.#handle(batch, signal);
      } catch (error) {
        // The batch was abandoned on request: it stays uncommitted and will be read again.
        if (!signal.aborted) this.#fail(error);
        return;
      }
      if (feed.signal.aborted) return;
      feed.markHandled(batch);
      this.#committer.wake();
    }
  }

  #stop(reason: unknown): void {
    this.#stopped.abort(reason);
    for (const feed of this.#feeds.values()) feed.stop();
    // Requests under way are not waited for.
    dropConnections(this.#reader);
  }

  #fail(reason: unknown): void {
    this.#failure ??= { reason };
    this.#stop(reason);
  }
}

function keysOf(assignments: readonly GroupAssignment[]): ReadonlySet<string> {
  return new Set(
    assignments.flatMap(({ topic, partitions }) =>
      partitions.map((partition) => keyOf({ topic, partition })),
    ),
  );
}

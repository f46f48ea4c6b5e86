/** Reads the assigned partitions: one fetch at a time from each broker, for those partitions that want more. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "../../../core/log.ts";
import { type Consumer, ListOffsetTimestamps } from "../client-adapters/client.ts";
import { brokerError, isUnknownTopic } from "../client-adapters/client-errors.ts";
import { errorNameOf } from "../client-adapters/wire.ts";
import type { Cluster } from "../connecting/cluster.ts";
import { decodePartition } from "../protocol/consumed-events.ts";
import type { FetchedPartition, FetchLimits } from "../protocol/fetch-format.ts";
import { fetchRecords } from "./fetch-request.ts";
import type { PartitionFeed } from "./partition-feed.ts";
import { type Asked, ReadingTrouble } from "./reading-trouble.ts";

const LIMITS: FetchLimits = {
  maxBytes: 16_000_000,
  /** A batch cut off by it comes again in the next fetch, so many batches should fit in. */
  partitionMaxBytes: 2_000_000,
  /** Also how long a partition that has room again may wait for a fetch of others that is under way. */
  maxWaitMs: 250,
};
/** Fetched ahead of the handler and unpacked, all partitions together. */
const BUFFERED_BYTES = 64_000_000;

export interface FetchLoopOptions {
  readonly reader: Consumer;
  readonly cluster: Cluster;
  readonly log: Log;
  /** The partitions to read, asked anew before each fetch. */
  readonly feeds: () => readonly PartitionFeed[];
  /** Called when a topic was deleted and made again under its name. */
  readonly onTopicReplaced: (topic: string) => void;
}

export class FetchLoop {
  readonly #options: FetchLoopOptions;
  readonly #underWay = new Map<number, Promise<void>>();
  #wakeUp: PromiseWithResolvers<void> = Promise.withResolvers();
  readonly #trouble: ReadingTrouble;

  constructor(options: FetchLoopOptions) {
    this.#options = options;
    this.#trouble = new ReadingTrouble(options.cluster, options.log);
  }

  /** Looks again at which partitions want more. */
  wake(): void {
    this.#wakeUp.resolve();
  }

  /** Fetches until the signal aborts. Never rejects: what fails is tried again with back-off. */
  async run(signal: AbortSignal): Promise<void> {
    signal.addEventListener("abort", () => this.wake(), { once: true });
    while (!signal.aborted) {
      this.#wakeUp = Promise.withResolvers();
      try {
        await this.#startFetches(signal);
      } catch (error) {
        await this.#backOff(error, null, signal);
        continue;
      }
      await this.#wakeUp.promise;
    }
    await Promise.allSettled(this.#underWay.values());
  }

  async #startFetches(signal: AbortSignal): Promise<void> {
    const byLeader = new Map<number, PartitionFeed[]>();
    const leaders = new Set(this.#underWay.keys());
    for (const feed of this.#feedsWithRoom()) {
      const leader = await this.#leaderOf(feed);
      if (leader === null) continue;
      leaders.add(leader);
      if (this.#underWay.has(leader)) continue;
      const feeds = byLeader.get(leader);
      if (feeds === undefined) byLeader.set(leader, [feed]);
      else feeds.push(feed);
    }
    this.#trouble.worked(null);
    this.#trouble.keepOnly(leaders);
    for (const [leader, feeds] of byLeader) {
      const fetch = this.#fetch(leader, feeds)
        .then(
          () => this.#trouble.worked(leader),
          (error: unknown) => this.#backOff(error, leader, signal),
        )
        .finally(() => {
          this.#underWay.delete(leader);
          this.wake();
        });
      this.#underWay.set(leader, fetch);
    }
  }

  #feedsWithRoom(): readonly PartitionFeed[] {
    const feeds = this.#options.feeds();
    const bufferedBytes = feeds.reduce((sum, feed) => sum + feed.bufferedBytes, 0);
    // With the common buffer full, only a partition that has nothing at all is read on.
    return feeds.filter(
      (feed) => feed.wantsMore && (bufferedBytes < BUFFERED_BYTES || feed.bufferedBytes === 0),
    );
  }

  /** Null where the topic is gone or another one now. */
  async #leaderOf({ topic, partition, topicId }: PartitionFeed): Promise<number | null> {
    const { reader, onTopicReplaced } = this.#options;
    try {
      const { topics } = await reader.metadata({ topics: [topic] });
      const found = topics.get(topic);
      if (found !== undefined && found.id !== topicId) onTopicReplaced(topic);
      return found?.id === topicId ? (found.partitions[partition]?.leader ?? null) : null;
    } catch (error) {
      if (!isUnknownTopic(error)) throw error;
      return null;
    }
  }

  async #fetch(node: number, feeds: readonly PartitionFeed[]): Promise<void> {
    const asked = feeds.map((feed) => ({ feed, offset: feed.position }));
    const wanted = asked.map(({ feed: { topic, topicId, partition }, offset }) => ({
      topic,
      topicId,
      partition,
      offset,
    }));
    const failed: FetchedPartition[] = [];
    for (const fetched of await fetchRecords(this.#options.reader, node, wanted, LIMITS)) {
      const found = asked.find(
        ({ feed }) => feed.topic === fetched.topic && feed.partition === fetched.partition,
      );
      if (found === undefined || found.feed.position !== found.offset) continue;
      if (!(await this.#deliver(found.feed, fetched))) failed.push(fetched);
    }
    const [first] = failed;
    if (first !== undefined) throw brokerError(first.errorCode);
  }

  /** False for an error that a later fetch may not meet. */
  async #deliver(feed: PartitionFeed, fetched: FetchedPartition): Promise<boolean> {
    if (errorNameOf(fetched.errorCode) === "OFFSET_OUT_OF_RANGE") {
      await this.#startOver(feed);
      return true;
    }
    if (fetched.errorCode !== 0) return false;
    const { events, nextOffset, sizeBytes } = decodePartition(feed.topic, fetched, feed.position);
    if (nextOffset !== null) feed.add(events, nextOffset, sizeBytes);
    return true;
  }

  async #startOver(feed: PartitionFeed): Promise<void> {
    const { reader, log } = this.#options;
    const { topic, partition, position } = feed;
    const earliest = await reader.listOffsets({
      topics: [topic],
      partitions: { [topic]: [partition] },
      timestamp: ListOffsetTimestamps.EARLIEST,
    });
    const offset = earliest.get(topic)?.[partition];
    if (offset === undefined || feed.position !== position) return;
    log.error(
      { topic, partition, lostFrom: String(position), continuingAt: String(offset) },
      "offset out of range: the log no longer holds what was to be read next, going on at its earliest event",
    );
    feed.seek(offset);
  }

  async #backOff(error: unknown, asked: Asked, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const delayMs = this.#trouble.failed(asked, error);
    this.#options.reader.clearMetadata();
    await sleep(delayMs, undefined, { signal }).catch(() => {});
  }
}

/**
 * Fetches the assigned partitions: one request at a time to each broker, for the partitions that have room. A failure of
 * one partition delays only that partition; a failure of a broker delays the partitions it leads.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "../../../core/log.ts";
import { type Consumer, ListOffsetTimestamps } from "../client-adapters/client.ts";
import { brokerError, isNetworkFailure, isUnknownTopic } from "../client-adapters/client-errors.ts";
import { errorNameOf } from "../client-adapters/wire.ts";
import type { Cluster } from "../connecting/cluster.ts";
import { readPartition } from "../protocol/consumed-events.ts";
import type { FetchedPartition, FetchLimits } from "../protocol/fetch-format.ts";
import { CorruptBatchError } from "../protocol/fetched-batch.ts";
import { keyOf } from "../publishing/produce-plan.ts";
import { fetchRecords } from "./fetch-request.ts";
import type { PartitionFeed } from "./partition-feed.ts";
import { ReadingTrouble, type Source } from "./reading-trouble.ts";

const LIMITS: FetchLimits = {
  maxBytes: 16_000_000,
  /** The broker cuts off a batch at this size, and the next fetch repeats it: many batches should fit. */
  partitionMaxBytes: 2_000_000,
  /** Also how long a partition that gets room may have to wait for a request that was sent without it. */
  maxWaitMs: 250,
};
/** All partitions together: fetched, or being handled. */
const HELD_BYTES = 64_000_000;
/** The longest wait between two rounds: a topic or leader that was missing in one round is found in a later one. */
const LOOK_AGAIN_MS = 500;

export interface FetchLoopOptions {
  readonly reader: Consumer;
  readonly cluster: Cluster;
  readonly log: Log;
  /** The partitions to fetch; called before each round. */
  readonly feeds: () => readonly PartitionFeed[];
  /** Called when a topic was deleted and created again under the same name. */
  readonly onTopicReplaced: (topic: string) => void;
}

export class FetchLoop {
  readonly #options: FetchLoopOptions;
  readonly #underWay = new Map<number, Promise<void>>();
  /** A partition is not fetched before this time of the monotonic clock. */
  readonly #heldBackUntilMs = new WeakMap<PartitionFeed, number>();
  /** A counter value for each partition's last batch: the broker fills the first partitions of a request first. */
  readonly #served = new WeakMap<PartitionFeed, number>();
  #servings = 0;
  #wakeUp: PromiseWithResolvers<void> = Promise.withResolvers();
  readonly #trouble: ReadingTrouble;

  constructor(options: FetchLoopOptions) {
    this.#options = options;
    this.#trouble = new ReadingTrouble(options.cluster, options.log);
  }

  /** Starts another round now. */
  wake(): void {
    this.#wakeUp.resolve();
  }

  /** Fetches until the signal aborts. Never rejects: it retries failures with back-off. */
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
      const timer = setTimeout(() => this.wake(), LOOK_AGAIN_MS);
      await this.#wakeUp.promise;
      clearTimeout(timer);
    }
    await Promise.allSettled(this.#underWay.values());
  }

  async #startFetches(signal: AbortSignal): Promise<void> {
    const byLeader = new Map<number, PartitionFeed[]>();
    const sources = new Set<Source>(this.#underWay.keys());
    for (const feed of this.#options.feeds()) sources.add(keyOf(feed));
    for (const feed of this.#feedsWithRoom()) {
      const leader = await this.#leaderOf(feed);
      if (leader === null) continue;
      sources.add(leader);
      if (this.#underWay.has(leader)) continue;
      const feeds = byLeader.get(leader);
      if (feeds === undefined) byLeader.set(leader, [feed]);
      else feeds.push(feed);
    }
    this.#trouble.worked(null);
    this.#trouble.keepOnly(sources);
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

  /** The least recently served first. */
  #feedsWithRoom(): readonly PartitionFeed[] {
    const feeds = this.#options.feeds();
    const nowMs = performance.now();
    const heldBytes = feeds.reduce((sum, feed) => sum + feed.heldBytes, 0);
    return (
      feeds
        // When the common limit is reached, only partitions that hold nothing are fetched.
        .filter((feed) => feed.wantsMore && (heldBytes < HELD_BYTES || feed.heldBytes === 0))
        .filter((feed) => (this.#heldBackUntilMs.get(feed) ?? 0) <= nowMs)
        .toSorted((a, b) => (this.#served.get(a) ?? 0) - (this.#served.get(b) ?? 0))
    );
  }

  /** Null when the partition has no leader now, or the topic was deleted or replaced. */
  async #leaderOf(feed: PartitionFeed): Promise<number | null> {
    const { reader, onTopicReplaced } = this.#options;
    const { topic, topicId, partition } = feed;
    try {
      const { topics } = await reader.metadata({ topics: [topic] });
      const found = topics.get(topic);
      if (found !== undefined && found.id !== topicId) onTopicReplaced(topic);
      return found?.id === topicId ? (found.partitions[partition]?.leader ?? null) : null;
    } catch (error) {
      if (isNetworkFailure(error)) throw error;
      if (!isUnknownTopic(error)) this.#holdBack(feed, error);
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
    for (const fetched of await fetchRecords(this.#options.reader, node, wanted, LIMITS)) {
      const index = asked.findIndex(
        ({ feed }) => feed.topic === fetched.topic && feed.partition === fetched.partition,
      );
      const found = asked[index];
      if (found === undefined || found.feed.position !== found.offset) continue;
      try {
        await this.#deliver(found.feed, fetched, index === 0);
        this.#trouble.worked(keyOf(found.feed));
      } catch (error) {
        this.#holdBack(found.feed, error);
      }
    }
  }

  /** Throws when a later fetch may succeed. */
  async #deliver(feed: PartitionFeed, fetched: FetchedPartition, askedFirst: boolean): Promise<void> {
    if (errorNameOf(fetched.errorCode) === "OFFSET_OUT_OF_RANGE") return await this.#startOver(feed);
    if (fetched.errorCode !== 0) throw brokerError(fetched.errorCode);
    const { batches, nextOffset, corrupt, cutOffBytes } = readPartition(fetched, feed.position);
    if (nextOffset !== null) {
      feed.add(batches, nextOffset);
      this.#servings += 1;
      this.#served.set(feed, this.#servings);
    }
    // The next fetch starts at a corrupt batch that follows good ones.
    if (nextOffset !== null) return;
    if (corrupt !== null) throw corrupt;
    // The broker sends the first partition's first batch whole, however large it is (KIP-74).
    if (cutOffBytes > 0 && askedFirst) {
      throw new CorruptBatchError(
        `the batch at offset ${feed.position} is not whole: the broker sent ${cutOffBytes} bytes of it`,
      );
    }
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
      "offset out of range: the log no longer holds the next event, continuing at its earliest",
    );
    feed.seek(offset);
  }

  #holdBack(feed: PartitionFeed, error: unknown): void {
    const delayMs = this.#trouble.failed(keyOf(feed), error);
    this.#heldBackUntilMs.set(feed, performance.now() + delayMs);
    if (!(error instanceof CorruptBatchError)) this.#options.reader.clearMetadata();
    setTimeout(() => this.wake(), delayMs).unref();
  }

  async #backOff(error: unknown, source: Source, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const delayMs = this.#trouble.failed(source, error);
    this.#options.reader.clearMetadata();
    await sleep(delayMs, undefined, { signal }).catch(() => {});
  }
}

/** Commits the offsets of handled events: one request at a time for all partitions, retried until it succeeds. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "../../../core/log.ts";
import type { Cluster } from "../connecting/cluster.ts";
import type { GroupMembership } from "./group-membership.ts";
import type { PartitionOffset } from "./group-offsets.ts";
import type { PartitionFeed } from "./partition-feed.ts";

const RETRY_DELAY_MS = 250;
/** Every rebalance causes fewer. */
const FAILURES_WORTH_TELLING = 12;

export interface OffsetCommitterOptions {
  readonly membership: GroupMembership;
  /** The partitions assigned now. */
  readonly feeds: () => readonly PartitionFeed[];
  readonly cluster: Cluster;
  readonly log: Log;
}

export class OffsetCommitter {
  readonly #membership: GroupMembership;
  readonly #feeds: () => readonly PartitionFeed[];
  readonly #cluster: Cluster;
  readonly #log: Log;
  #failures = 0;
  readonly #committed = new WeakMap<PartitionFeed, bigint>();
  #wakeUp: PromiseWithResolvers<void> = Promise.withResolvers();

  constructor(options: OffsetCommitterOptions) {
    this.#membership = options.membership;
    this.#feeds = options.feeds;
    this.#cluster = options.cluster;
    this.#log = options.log;
  }

  wake(): void {
    this.#wakeUp.resolve();
  }

  /** Commits until the signal aborts. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    signal.addEventListener("abort", () => this.wake(), { once: true });
    while (!signal.aborted) {
      this.#wakeUp = Promise.withResolvers();
      const done = await this.#commitAll();
      if (done) await this.#wakeUp.promise;
      else await sleep(RETRY_DELAY_MS, undefined, { signal }).catch(() => {});
    }
  }

  /** Tries for at most `longestMs` to commit the rest. Never rejects. */
  async flush(longestMs: number): Promise<void> {
    const signal = AbortSignal.timeout(longestMs);
    while (!signal.aborted && !(await this.#commitAll())) {
      await sleep(RETRY_DELAY_MS, undefined, { signal }).catch(() => {});
    }
  }

  /** Whether nothing is left to commit. */
  async #commitAll(): Promise<boolean> {
    const due = this.#feeds().filter((feed) => feed.handled !== (this.#committed.get(feed) ?? feed.start));
    if (due.length === 0) return true;
    // During a rebalance a partition can already belong to another member.
    if (!this.#membership.canCommit) return false;
    const offsets: readonly PartitionOffset[] = due.map(({ topic, partition, handled }) => ({
      topic,
      partition,
      offset: handled,
    }));
    try {
      await this.#membership.commit(offsets);
    } catch (error) {
      this.#failures += 1;
      const reason = this.#cluster.unavailable(error).message;
      if (this.#failures === FAILURES_WORTH_TELLING) {
        this.#log.warn(
          { reason },
          "offsets not committed, retrying; a restart would read some messages again",
        );
      }
      return false;
    }
    if (this.#failures >= FAILURES_WORTH_TELLING) this.#log.info({}, "offsets committed again");
    this.#failures = 0;
    for (const [index, feed] of due.entries()) {
      const offset = offsets[index]?.offset;
      if (offset !== undefined) this.#committed.set(feed, offset);
    }
    return true;
  }
}

/** Commits what has been dealt with: one request at a time, for all partitions at once, tried again until it is in. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "../../../core/log.ts";
import type { Cluster } from "../connecting/cluster.ts";
import type { GroupMembership } from "./group-membership.ts";
import type { PartitionOffset } from "./group-offsets.ts";
import type { PartitionFeed } from "./partition-feed.ts";

const RETRY_DELAY_MS = 250;
/** Fewer are what every rebalance brings. */
const FAILURES_WORTH_TELLING = 12;

export interface OffsetCommitterOptions {
  readonly membership: GroupMembership;
  /** The partitions held now. */
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

  /** Tries for at most `longestMs` to commit what is left. */
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
    // Between two assignments nobody can say whose partition it is.
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
          "offsets can't be committed, retrying: what is recorded now may come again",
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

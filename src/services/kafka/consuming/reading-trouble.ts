/**
 * Counts fetch failures of each broker and partition: how long to wait before a retry, and one log line when trouble
 * begins and one when it ends.
 */
import type { Log } from "../../../core/log.ts";
import type { Cluster } from "../connecting/cluster.ts";
import { CorruptBatchError } from "../protocol/fetched-batch.ts";

/** A broker by its id, a partition as `topic/partition`, or null for the cluster's metadata. */
export type Source = number | string | null;

const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 1_000;
/** A change of leader causes fewer consecutive failures. */
const FAILURES_WORTH_TELLING = 4;

export class ReadingTrouble {
  readonly #cluster: Cluster;
  readonly #log: Log;
  /** Consecutive failures. */
  readonly #failures = new Map<Source, number>();
  readonly #corrupt = new Set<Source>();
  #told = false;

  constructor(cluster: Cluster, log: Log) {
    this.#cluster = cluster;
    this.#log = log;
  }

  /** Returns the milliseconds to wait before the next attempt. */
  failed(source: Source, error: unknown): number {
    const failures = (this.#failures.get(source) ?? 0) + 1;
    this.#failures.set(source, failures);
    if (failures >= FAILURES_WORTH_TELLING) this.#tell(source, error);
    return Math.min(FIRST_DELAY_MS * 2 ** (failures - 1), LONGEST_DELAY_MS);
  }

  worked(source: Source): void {
    this.#failures.delete(source);
    if (this.#corrupt.delete(source))
      this.#log.info({ partition: source }, "corrupt batch readable again, partition continues");
    this.#tellEnd();
  }

  /** Forgets all other brokers and partitions: they are not fetched any more. */
  keepOnly(sources: ReadonlySet<Source>): void {
    for (const source of this.#failures.keys()) {
      if (source === null || sources.has(source)) continue;
      this.#failures.delete(source);
      this.#corrupt.delete(source);
    }
    this.#tellEnd();
  }

  #tell(source: Source, error: unknown): void {
    if (error instanceof CorruptBatchError) {
      if (this.#corrupt.has(source)) return;
      this.#corrupt.add(source);
      this.#log.error(
        { partition: source, reason: error.message },
        "corrupt batch: partition not read, others continue; docs/kafka-clients.md says how to skip it",
      );
    } else if (!this.#told) {
      this.#told = true;
      const topic = typeof source === "string" ? { topic: source.slice(0, source.lastIndexOf("/")) } : {};
      const reason = this.#cluster.unavailable(error, topic).message;
      this.#log.warn({ reason }, "fetching from Kafka failed, retrying");
    }
  }

  #tellEnd(): void {
    if (!this.#told || this.#failures.size > this.#corrupt.size) return;
    this.#told = false;
    this.#log.info({}, "fetching from Kafka works again");
  }
}

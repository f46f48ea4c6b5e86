/**
 * How reading goes, from each broker and of each partition: how long to wait after a failure, and what to say, once when
 * trouble begins and once when it is over.
 */
import type { Log } from "../../../core/log.ts";
import type { Cluster } from "../connecting/cluster.ts";
import { CorruptBatchError } from "../protocol/fetched-batch.ts";

/** What is read: a broker by its id, a partition as `topic/partition`, or null for asking the cluster who leads. */
export type Source = number | string | null;

const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 1_000;
/** Every change of a leader brings fewer in a row. */
const FAILURES_WORTH_TELLING = 4;

export class ReadingTrouble {
  readonly #cluster: Cluster;
  readonly #log: Log;
  /** In a row. */
  readonly #failures = new Map<Source, number>();
  readonly #corrupt = new Set<Source>();
  #told = false;

  constructor(cluster: Cluster, log: Log) {
    this.#cluster = cluster;
    this.#log = log;
  }

  /** Returns how many milliseconds to wait before the next attempt. */
  failed(source: Source, error: unknown): number {
    const failures = (this.#failures.get(source) ?? 0) + 1;
    this.#failures.set(source, failures);
    if (failures >= FAILURES_WORTH_TELLING) this.#tell(source, error);
    return Math.min(FIRST_DELAY_MS * 2 ** (failures - 1), LONGEST_DELAY_MS);
  }

  worked(source: Source): void {
    this.#failures.delete(source);
    if (this.#corrupt.delete(source))
      this.#log.info({ partition: source }, "corrupt batch gone, partition read on");
    this.#tellEnd();
  }

  /** Forgets brokers that lead nothing any more and partitions that are another's now: they are not read again. */
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
        "corrupt batch: its partition waits, the others are read on (docs/kafka-clients.md says how to skip it)",
      );
    } else if (!this.#told) {
      this.#told = true;
      const topic = typeof source === "string" ? { topic: source.slice(0, source.lastIndexOf("/")) } : {};
      const reason = this.#cluster.unavailable(error, topic).message;
      this.#log.warn({ reason }, "reading from Kafka fails, retrying");
    }
  }

  #tellEnd(): void {
    if (!this.#told || this.#failures.size > this.#corrupt.size) return;
    this.#told = false;
    this.#log.info({}, "reading from Kafka again");
  }
}

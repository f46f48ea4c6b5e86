/**
 * How reading from each broker goes: how long to wait after a failure, and what to say, once at the beginning of an
 * outage and once at its end.
 */
import type { Log } from "../../../core/log.ts";
import type { Cluster } from "../connecting/cluster.ts";

/** A broker's id; null stands for asking the cluster who leads. */
export type Asked = number | null;

const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 1_000;
/** Fewer in a row are what every change of a leader brings. */
const FAILURES_WORTH_TELLING = 4;

export class ReadingTrouble {
  readonly #cluster: Cluster;
  readonly #log: Log;
  /** In a row. */
  readonly #failures = new Map<Asked, number>();
  #told = false;

  constructor(cluster: Cluster, log: Log) {
    this.#cluster = cluster;
    this.#log = log;
  }

  /** Returns how many milliseconds to wait before the next attempt. */
  failed(asked: Asked, error: unknown): number {
    const failures = (this.#failures.get(asked) ?? 0) + 1;
    this.#failures.set(asked, failures);
    if (failures >= FAILURES_WORTH_TELLING && !this.#told) {
      this.#told = true;
      const reason = this.#cluster.unavailable(error).message;
      this.#log.warn({ reason }, "reading from Kafka fails, retrying");
    }
    return Math.min(FIRST_DELAY_MS * 2 ** (failures - 1), LONGEST_DELAY_MS);
  }

  worked(asked: Asked): void {
    this.#failures.delete(asked);
    this.#tellEnd();
  }

  /** Forgets brokers that lead nothing any more: they are not asked again. */
  keepOnly(leaders: ReadonlySet<number>): void {
    for (const asked of this.#failures.keys()) {
      if (asked !== null && !leaders.has(asked)) this.#failures.delete(asked);
    }
    this.#tellEnd();
  }

  #tellEnd(): void {
    if (!this.#told || this.#failures.size > 0) return;
    this.#told = false;
    this.#log.info({}, "reading from Kafka again");
  }
}

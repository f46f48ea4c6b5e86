/**
 * Partitions that could not be written. Each is `open` until its next try is due: until then its events are not sent and
 * hold up nobody; a try that fails doubles the pause, an answer from the partition forgets the trouble.
 */

interface Trouble {
  readonly reason: string;
  readonly pauseMs: number;
  readonly retryAtMs: number;
}

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 2_000;

export class PartitionTroubles {
  readonly #troubles = new Map<string, Trouble>();

  /** Whether the partition's last delivery failed. */
  has(partition: string): boolean {
    return this.#troubles.has(partition);
  }

  /** Why the partition is left alone now; null when it may be tried. */
  reasonToWait(partition: string): string | null {
    const trouble = this.#troubles.get(partition);
    return trouble !== undefined && performance.now() < trouble.retryAtMs ? trouble.reason : null;
  }

  failed(partition: string, reason: string): void {
    const lastPauseMs = this.#troubles.get(partition)?.pauseMs;
    const pauseMs = lastPauseMs === undefined ? FIRST_PAUSE_MS : Math.min(2 * lastPauseMs, LONGEST_PAUSE_MS);
    this.#troubles.set(partition, { reason, pauseMs, retryAtMs: performance.now() + pauseMs });
  }

  answered(partition: string): void {
    this.#troubles.delete(partition);
  }
}

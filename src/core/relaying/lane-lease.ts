/**
 * The lanes that one relay holds, each until its lease ends on the monotonic clock. A lane that the relay gives up for
 * another one stays held until the current lease ends.
 */
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { keepLease } from "../running/keeping-lease.ts";
import type { OutboxQueue } from "./ports.ts";

export interface LaneLeaseOptions {
  readonly queue: Pick<OutboxQueue, "leaseLanes">;
  readonly clock: Clock;
  readonly log: Log;
  readonly owner: string;
  readonly leaseMs: number;
}

/** The relay stops sending this long before a lease ends, so the broker has received everything by then. */
const MARGIN_MS = 1_000;

export class LaneLease {
  readonly #options: LaneLeaseOptions;
  readonly #listeners: (() => void)[] = [];
  readonly #untilMs = new Map<number, number>();
  /** The lanes of the last renewal. The relay is giving up all others. */
  #renewed: readonly number[] = [];

  constructor(options: LaneLeaseOptions) {
    this.#options = options;
  }

  /** The lanes whose rows the relay may read now. */
  lanes(): readonly number[] {
    return this.#renewed.filter((lane) => this.holds(lane));
  }

  holds(lane: number): boolean {
    return this.#endOf(lane) > this.#options.clock.monotonicMs();
  }

  /** Calls the listener after each renewal. */
  onRenewed(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Renews the lease until the signal aborts. */
  async keep(signal: AbortSignal): Promise<void> {
    const { queue, owner, leaseMs } = this.#options;
    const lease = (): Promise<readonly number[]> => queue.leaseLanes(owner, leaseMs);
    const onLeased = (lanes: readonly number[], untilMs: number): void => {
      this.#renewed = lanes;
      for (const lane of lanes) this.#untilMs.set(lane, untilMs);
      for (const listener of this.#listeners) listener();
    };
    await keepLease({ ...this.#options, lease, what: "outbox lanes", onLeased }, signal);
  }

  /** Runs `work` with a signal that aborts as soon as the relay no longer holds one of these lanes. */
  async whileHeld<T>(lanes: ReadonlySet<number>, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { clock } = this.#options;
    const lost = new AbortController();
    const done = new AbortController();
    const watch = async (): Promise<void> => {
      for (;;) {
        const leftMs = Math.min(...[...lanes].map((lane) => this.#endOf(lane))) - clock.monotonicMs();
        if (leftMs <= 0) break;
        // A renewal during the sleep extends the lease, so check again.
        await clock.sleep(leftMs, done.signal);
      }
      lost.abort();
    };
    watch().catch(() => {});
    try {
      return await work(lost.signal);
    } finally {
      done.abort();
    }
  }

  #endOf(lane: number): number {
    return (this.#untilMs.get(lane) ?? Number.NEGATIVE_INFINITY) - MARGIN_MS;
  }
}

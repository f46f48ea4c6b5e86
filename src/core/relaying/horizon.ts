/**
 * Determines up to which id the pipelines of a relay may skip rows permanently, and when they must read from the start:
 * when parked rows were released, and every minute. The latter finds rows with unusual ids (set by hand, taken from a
 * sequence with a cache, or restored from a dump).
 */
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { repeatUntilAborted } from "../running/repeating.ts";
import type { OutboxQueue } from "./ports.ts";

export interface HorizonOptions {
  readonly queue: Pick<OutboxQueue, "horizon">;
  readonly clock: Clock;
  readonly log: Log;
}

const LOOK_EVERY_MS = 1_000;
const LOOK_AT_MOST_EVERY_MS = 100;
const REWIND_EVERY_MS = 60_000;

export class Horizon {
  readonly #options: HorizonOptions;
  readonly #listeners: (() => void)[] = [];
  #visibleUpToId = 0n;
  #rewinds: bigint | null = null;
  #rewoundAtMs: number;
  #lookedAtMs = Number.NEGATIVE_INFINITY;
  #looking: Promise<void> | null = null;

  constructor(options: HorizonOptions) {
    this.#options = options;
    this.#rewoundAtMs = options.clock.monotonicMs();
  }

  get visibleUpToId(): bigint {
    return this.#visibleUpToId;
  }

  onRewind(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Queries the horizon every second until the signal aborts. */
  async keep(signal: AbortSignal): Promise<void> {
    const look = async (): Promise<number> => {
      await this.look();
      return LOOK_EVERY_MS;
    };
    await repeatUntilAborted(look, { ...this.#options, what: "outbox" }, signal);
  }

  /** Queries the horizon now, at most ten times a second. Queries never overlap: each depends on the previous answer. */
  async look(): Promise<void> {
    if (this.#options.clock.monotonicMs() - this.#lookedAtMs < LOOK_AT_MOST_EVERY_MS) return;
    this.#looking ??= this.#lookNow().finally(() => {
      this.#looking = null;
    });
    await this.#looking;
  }

  async #lookNow(): Promise<void> {
    const { queue, clock } = this.#options;
    const { visibleUpToId, rewinds } = await queue.horizon();
    this.#visibleUpToId = visibleUpToId;
    const nowMs = clock.monotonicMs();
    this.#lookedAtMs = nowMs;
    const released = this.#rewinds !== null && rewinds !== this.#rewinds;
    this.#rewinds = rewinds;
    if (!released && nowMs - this.#rewoundAtMs < REWIND_EVERY_MS) return;
    this.#rewoundAtMs = nowMs;
    for (const listener of this.#listeners) listener();
  }
}

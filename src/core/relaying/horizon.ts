/**
 * How far the pipelines of a relay may pass over rows for good, and when they must read from the start again: when parked
 * rows were released, and every minute in any case, for rows that got their ids in an unusual way (by hand, from a
 * sequence with a cache, by restoring a dump).
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

  /** Looks every second until the signal aborts. */
  async keep(signal: AbortSignal): Promise<void> {
    const look = async (): Promise<number> => {
      await this.look();
      return LOOK_EVERY_MS;
    };
    await repeatUntilAborted(look, { ...this.#options, what: "outbox" }, signal);
  }

  /** Looks now, unless it did a moment ago. One look at a time: each builds on the one before. */
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

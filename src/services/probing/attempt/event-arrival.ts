/**
 * When what a callback tells of really came. Node calls one callback after the other: while it works, answers wait in
 * the kernel, and a clock read in the callback counts that wait to the site.
 *
 * A turn of Node's event loop runs timers, asks the kernel for events (and idles there while there is none), calls
 * their callbacks, and runs immediates. An unreferenced immediate keeps the loop neither awake nor alive, so one can
 * note the end of every turn; and Node counts how long the loop has idled. Thus:
 * - all callbacks of one turn are of events that came before the first of them;
 * - where the loop idled in this turn, nothing had been waiting, and the events came when it stopped idling;
 * - where it did not, they came after the kernel was asked in the turn before.
 */
import { performance } from "node:perf_hooks";

/** On the clock of `performance.now()`. */
export interface Arrival {
  /** Not before this instant. */
  readonly earliestMs: number;
  /** Not after this instant. */
  readonly latestMs: number;
}

/** A thread's clock and how long its event loop has idled so far, milliseconds. */
export interface LoopClock {
  nowMs(): number;
  idleMs(): number;
}

/** Asking the kernel takes some time even where events are waiting. */
const NO_IDLING_MS = 0.05;

export class EventArrivals {
  readonly #clock: LoopClock;
  #watchers = 0;
  #immediate: NodeJS.Immediate | undefined;
  /** The kernel was last asked for events, in the turns before this one, not before this instant. */
  #askedMs = 0;
  #turnBeganMs = 0;
  #idleBeforeMs = 0;
  #firstCallbackMs: number | null = null;

  constructor(clock: LoopClock) {
    this.#clock = clock;
  }

  /** Begins to watch; to be ended by `unwatch`. */
  watch(): void {
    this.#watchers += 1;
    if (this.#watchers > 1) return;
    this.#turnBeganMs = this.#clock.nowMs();
    this.#idleBeforeMs = this.#clock.idleMs();
    this.#beginTurn();
  }

  unwatch(): void {
    this.#watchers -= 1;
    if (this.#watchers === 0) clearImmediate(this.#immediate);
  }

  /** To be called in the callback of a socket, or in what follows it at once: when its event came. */
  now(): Arrival {
    const nowMs = this.#clock.nowMs();
    this.#firstCallbackMs ??= nowMs;
    const idledMs = this.#clock.idleMs() - this.#idleBeforeMs;
    const earliestMs = idledMs > NO_IDLING_MS ? this.#turnBeganMs + idledMs : this.#askedMs;
    return { earliestMs: Math.min(nowMs, earliestMs), latestMs: Math.max(earliestMs, this.#firstCallbackMs) };
  }

  #beginTurn(): void {
    const idleMs = this.#clock.idleMs();
    this.#askedMs = this.#turnBeganMs + (idleMs - this.#idleBeforeMs);
    this.#idleBeforeMs = idleMs;
    this.#turnBeganMs = this.#clock.nowMs();
    this.#firstCallbackMs = null;
    this.#immediate = setImmediate(() => this.#beginTurn());
    this.#immediate.unref();
  }
}

/** The arrivals of this thread's events. */
export const eventArrivals = new EventArrivals({
  nowMs: () => performance.now(),
  idleMs: () => performance.nodeTiming.idleTime,
});

/**
 * The stretches of wall-clock time a monitor has been through before the clock was set. The slots in them are decided,
 * checked or missed, and are not checked again when the clock comes to them a second time.
 *
 * Of each stretch only the last two hours count. A clock that is set back further goes on from where it is now: results
 * that were recorded before have the same identity and are recorded once.
 */
import { type Scheduled, slotAfter } from "./slots.ts";

const REMEMBERED_MS = 7_200_000;

interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

export class PassedTime {
  #stretches: readonly Stretch[] = [];
  #currentFromMs: number;

  /** `nowMs` is the wall clock, milliseconds since the epoch; so are all instants here. */
  constructor(nowMs: number) {
    this.#currentFromMs = nowMs;
  }

  /** The wall clock was set from one instant to another. */
  jumped(fromMs: number, toMs: number): void {
    const passed = { fromMs: Math.max(this.#currentFromMs, fromMs - REMEMBERED_MS), toMs: fromMs };
    this.#stretches = [...this.#stretches, passed].filter(
      (stretch) => stretch.toMs >= toMs - REMEMBERED_MS && stretch.toMs >= stretch.fromMs,
    );
    this.#currentFromMs = toMs;
  }

  /** The site's first slot at or after `slotMs` that was not passed. */
  firstUndecided(site: Scheduled, slotMs: number): number {
    let undecidedMs = slotMs;
    for (let passed = this.#around(site, undecidedMs); passed !== undefined; ) {
      undecidedMs = slotAfter(site, passed.toMs);
      passed = this.#around(site, undecidedMs);
    }
    return undecidedMs;
  }

  /** The slot that was running when a stretch began belongs to it. */
  #around({ intervalMs }: Scheduled, slotMs: number): Stretch | undefined {
    return this.#stretches.find(({ fromMs, toMs }) => slotMs > fromMs - intervalMs && slotMs <= toMs);
  }
}

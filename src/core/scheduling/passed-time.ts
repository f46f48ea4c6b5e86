/**
 * Remembers the periods of wall-clock time that the monitor has covered before the clock was set. Their slots were
 * checked or missed, and are not checked again when the clock reaches them a second time.
 *
 * Only the last two hours of each period count. When the clock is set back further, the monitor checks slots again; their
 * results have the same identities and are recorded once.
 */
import { type Scheduled, slotAfter } from "./slots.ts";

const REMEMBERED_MS = 7_200_000;

interface Period {
  readonly fromMs: number;
  readonly toMs: number;
}

export class PassedTime {
  #periods: readonly Period[] = [];
  #currentFromMs: number;

  /** `nowMs` is the wall clock, milliseconds since the epoch; so are all instants here. */
  constructor(nowMs: number) {
    this.#currentFromMs = nowMs;
  }

  /** Records that the wall clock was set from one instant to another. */
  jumped(fromMs: number, toMs: number): void {
    const passed = { fromMs: Math.max(this.#currentFromMs, fromMs - REMEMBERED_MS), toMs: fromMs };
    this.#periods = [...this.#periods, passed].filter(
      (period) => period.toMs >= toMs - REMEMBERED_MS && period.toMs >= period.fromMs,
    );
    this.#currentFromMs = toMs;
  }

  /** Returns the site's first slot at or after `slotMs` that the monitor has not covered. */
  firstUndecided(site: Scheduled, slotMs: number): number {
    let undecidedMs = slotMs;
    for (let passed = this.#around(site, undecidedMs); passed !== undefined; ) {
      undecidedMs = slotAfter(site, passed.toMs);
      passed = this.#around(site, undecidedMs);
    }
    return undecidedMs;
  }

  /** A period includes the slot that was current when it began. */
  #around({ intervalMs }: Scheduled, slotMs: number): Period | undefined {
    return this.#periods.find(({ fromMs, toMs }) => slotMs > fromMs - intervalMs && slotMs <= toMs);
  }
}

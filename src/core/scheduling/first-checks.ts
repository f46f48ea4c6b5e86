/**
 * Schedules the first check of a new site. The first hundred sites per minute are checked at once, for the current slot,
 * so a user who adds a site sees a result immediately. When a monitor starts with thousands of sites, the others are
 * spread: each waits for its next slot or, if that is later, for its place within the first minute.
 */
import type { Clock } from "../clock.ts";
import { type Scheduled, slotAfter, slotAtOrBefore } from "./slots.ts";

const AT_ONCE_A_MINUTE = 100;
const SPREAD_OVER_MS = 60_000;

export interface FirstCheck {
  readonly slotMs: number;
  readonly dueMs: number;
}

export class FirstChecks {
  readonly #clock: Clock;
  #minuteBeganMs = Number.NEGATIVE_INFINITY;
  #atOnce = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  plan(site: Scheduled, nowMs: number): FirstCheck {
    const runningMs = slotAtOrBefore(site, nowMs);
    if (this.#mayStartAtOnce()) return { slotMs: runningMs, dueMs: nowMs };
    const nextMs = slotAfter(site, nowMs);
    const shareMs = slotAfter({ id: site.id, intervalMs: SPREAD_OVER_MS }, nowMs);
    return shareMs < nextMs ? { slotMs: runningMs, dueMs: shareMs } : { slotMs: nextMs, dueMs: nextMs };
  }

  #mayStartAtOnce(): boolean {
    const nowMs = this.#clock.monotonicMs();
    if (nowMs - this.#minuteBeganMs >= 60_000) {
      this.#minuteBeganMs = nowMs;
      this.#atOnce = 0;
    }
    this.#atOnce += 1;
    return this.#atOnce <= AT_ONCE_A_MINUTE;
  }
}

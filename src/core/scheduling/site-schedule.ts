/**
 * Decides which site is due when. A site's next slot is the current slot if it is later than the last checked one,
 * otherwise the following slot. When the wall clock is set, the schedule starts over: every site is treated as new, and
 * slots that the clock has already passed are skipped.
 */
import type { Site } from "../../contract/checks/site.ts";
import type { Clock } from "../clock.ts";
import { type DueCheck, DueQueue } from "./due-queue.ts";
import { FirstChecks } from "./first-checks.ts";
import { PassedTime } from "./passed-time.ts";
import { slotAfter, slotFollowing } from "./slots.ts";

/** A smaller jump of the wall clock is an ordinary adjustment. */
const CLOCK_JUMP_MS = 1000;

export interface SiteScheduleOptions {
  readonly clock: Clock;
  /** The sites to reschedule after the wall clock was set. */
  readonly scheduled: () => Iterable<Site>;
  readonly onClockSet: (jumpMs: number) => void;
  /** Called with the number of slots that passed before a check could start. */
  readonly onMissed: (slots: number) => void;
  /** Called when a check is scheduled; `dueMs` is in milliseconds since the epoch. */
  readonly onDueAt: (dueMs: number) => void;
}

export class SiteSchedule {
  readonly #options: SiteScheduleOptions;
  readonly #queue = new DueQueue();
  readonly #firstChecks: FirstChecks;
  readonly #passed: PassedTime;
  #seen: { readonly wallMs: number; readonly monotonicMs: number };
  #clockSettings = 0;

  constructor(options: SiteScheduleOptions) {
    this.#options = options;
    const { clock } = options;
    this.#firstChecks = new FirstChecks(clock);
    this.#passed = new PassedTime(clock.now());
    this.#seen = { wallMs: clock.now(), monotonicMs: clock.monotonicMs() };
  }

  /** How often the wall clock was set. Slots before and after a change are not consecutive. */
  get clockSettings(): number {
    return this.#clockSettings;
  }

  addNew(site: Site): void {
    const nowMs = this.#options.clock.now();
    const { slotMs, dueMs } = this.#firstChecks.plan(site, nowMs);
    const undecidedMs = this.#passed.firstUndecided(site, slotMs);
    this.#add(site, undecidedMs, undecidedMs === slotMs ? dueMs : Math.max(undecidedMs, nowMs));
  }

  /** Schedules the next slot: the current one belongs to the previous definition of the site. */
  addChanged(site: Site): void {
    this.#add(site, slotAfter(site, this.#options.clock.now()));
  }

  /** Schedules a site after its check. `clockSettings` is the value when the check of `checkedSlotMs` began. */
  addChecked(site: Site, checkedSlotMs: number, clockSettings: number): void {
    if (clockSettings !== this.#clockSettings) {
      this.addNew(site);
      return;
    }
    const { slotMs, missed } = slotFollowing(site, checkedSlotMs, this.#options.clock.now());
    this.#options.onMissed(missed);
    this.#add(site, this.#passed.firstUndecided(site, slotMs));
  }

  remove(siteId: string): void {
    this.#queue.remove(siteId);
  }

  /** Removes and returns the first due check; undefined when none is due. */
  takeDue(): DueCheck | undefined {
    return this.#queue.takeDue(this.#options.clock.now());
  }

  /** When the next check is due, milliseconds since the epoch; infinite when no site is scheduled. */
  nextDueMs(): number {
    return this.#queue.nextDueMs() ?? Number.POSITIVE_INFINITY;
  }

  /** The slot of a due check that starts now: the current slot, if further slots have begun since it was due. */
  slotAtStart({ site, slotMs }: DueCheck, clockSettings: number): number {
    if (clockSettings !== this.#clockSettings) return slotMs;
    const running = slotFollowing(site, slotMs - site.intervalMs, this.#options.clock.now());
    this.#options.onMissed(running.missed);
    return running.slotMs;
  }

  /** Detects that the wall clock was set. Call it before using the wall clock. */
  noticeClockJump(): void {
    const { clock, scheduled, onClockSet } = this.#options;
    const before = this.#seen;
    this.#seen = { wallMs: clock.now(), monotonicMs: clock.monotonicMs() };
    const passedMs = this.#seen.monotonicMs - before.monotonicMs;
    const jumpMs = Math.round(this.#seen.wallMs - before.wallMs - passedMs);
    if (Math.abs(jumpMs) <= CLOCK_JUMP_MS) return;
    onClockSet(jumpMs);
    this.#clockSettings += 1;
    this.#passed.jumped(before.wallMs, this.#seen.wallMs);
    this.#queue.clear();
    for (const site of scheduled()) this.addNew(site);
  }

  #add(site: Site, slotMs: number, dueMs = slotMs): void {
    this.#queue.schedule(site, slotMs, dueMs);
    this.#options.onDueAt(dueMs);
  }
}

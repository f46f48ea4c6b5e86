/**
 * Which site is due when. One rule decides the slot: of the slots after the last one, the running one or else the
 * next. When the wall clock is set, the schedule begins anew: every site is treated as a new one, and what the clock
 * has been through already is left out.
 */
import type { Site } from "../../contract/site.ts";
import type { Clock } from "../clock.ts";
import { type DueCheck, DueQueue } from "./due-queue.ts";
import { FirstChecks } from "./first-checks.ts";
import { PassedTime } from "./passed-time.ts";
import { slotAfter, slotFollowing } from "./slots.ts";

/** A jump of the wall clock smaller than this is ordinary adjustment. */
const CLOCK_JUMP_MS = 1000;

export interface SiteScheduleOptions {
  readonly clock: Clock;
  /** The sites to schedule anew when the wall clock was set. */
  readonly scheduled: () => Iterable<Site>;
  readonly onClockSet: (jumpMs: number) => void;
  /** Slots that passed before a check could start. */
  readonly onMissed: (slots: number) => void;
  /** A check is due at this instant, milliseconds since the epoch. */
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

  /** How often the wall clock was set; slots of before and after do not follow each other. */
  get clockSettings(): number {
    return this.#clockSettings;
  }

  addNew(site: Site): void {
    const nowMs = this.#options.clock.now();
    const { slotMs, dueMs } = this.#firstChecks.plan(site, nowMs);
    const undecidedMs = this.#passed.firstUndecided(site, slotMs);
    this.#add(site, undecidedMs, undecidedMs === slotMs ? dueMs : Math.max(undecidedMs, nowMs));
  }

  /** The running slot belongs to the site as it was. */
  addChanged(site: Site): void {
    this.#add(site, slotAfter(site, this.#options.clock.now()));
  }

  /** `clockSettings` are those of the time when the check of `checkedSlotMs` was begun. */
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

  /** Takes out the first check that is due; undefined when none is. */
  takeDue(): DueCheck | undefined {
    return this.#queue.takeDue(this.#options.clock.now());
  }

  /** Milliseconds since the epoch; infinite when there is no site. */
  nextDueMs(): number {
    return this.#queue.nextDueMs() ?? Number.POSITIVE_INFINITY;
  }

  /** The slot of a due check that starts now: the running one, where others have passed since it was due. */
  slotAtStart({ site, slotMs }: DueCheck, clockSettings: number): number {
    if (clockSettings !== this.#clockSettings) return slotMs;
    const running = slotFollowing(site, slotMs - site.intervalMs, this.#options.clock.now());
    this.#options.onMissed(running.missed);
    return running.slotMs;
  }

  /** To be called before the wall clock is relied on. */
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

/**
 * The monitor: checks every site at its slots and puts every result into the outbox.
 *
 * A site is in one of three places: in the due queue (waiting for its slot), in flight (being checked), or gone
 * (removed, disabled, or refused by the checker). It goes back into the queue when its check is done, so a site is
 * never checked twice at once. One rule decides the slot: of the slots after the last one, the running one or else the
 * next. What passes meanwhile is missed. When the wall clock is set, every site is treated as a new one.
 */
import type { CheckResult } from "../../contract/check-result.ts";
import { messageOf } from "../../contract/errors.ts";
import type { Site } from "../../contract/site.ts";
import type { Checker, PreparedCheck } from "../checking/checker.ts";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { Outbox } from "../relaying/ports.ts";
import { retryWhileUnavailable } from "../running/retrying.ts";
import { WakeUp } from "../running/wake-up.ts";
import { DueQueue } from "./due-queue.ts";
import { FirstChecks } from "./first-checks.ts";
import { type CountEvents, MonitorReport } from "./monitor-report.ts";
import { PassedTime } from "./passed-time.ts";
import type { CheckLimit } from "./politeness.ts";
import { ResultBuffer } from "./result-buffer.ts";
import type { SiteSource } from "./site-source.ts";
import { slotAfter, slotFollowing } from "./slots.ts";
import { type ResultSpill, spill, storeSpilled } from "./spilled-results.ts";
import type { ResultStorage } from "./storing-results.ts";
import { WatchedSites } from "./watched-sites.ts";

export interface MonitorOptions {
  readonly sites: SiteSource;
  readonly checker: Checker;
  readonly outbox: Outbox;
  /** Where the relay is to publish the results. */
  readonly topic: string;
  /** Where results go that can't be stored before the end. */
  readonly spill: ResultSpill;
  readonly limit: CheckLimit;
  readonly clock: Clock;
  readonly log: Log;
  /** The safety net under change notifications: sites are read again at least this often. */
  readonly rereadSitesMs: number;
  /** Results waiting for the database before no further check is started. */
  readonly bufferCapacity: number;
  /** From one write of results to the next at least, unless they fill one. */
  readonly gatherMs: number;
  /** At shutdown: time for checks in flight to end, and then for their results to be stored. */
  readonly drainMs: number;
  /** Called with results once they are durable. */
  readonly onStored: (results: readonly CheckResult[]) => void;
  readonly count: CountEvents;
}

export interface MonitorOutcome {
  /** Results that could neither be stored nor kept on the local disk. */
  readonly lostResults: number;
}

/** A jump of the wall clock smaller than this is ordinary adjustment. */
const CLOCK_JUMP_MS = 1000;
const LONGEST_WAIT_MS = 1000;
/** A burst of changes to the sites costs one read; where reading takes long, it takes a third of the time at most. */
const READS_APART_MS = { least: 200, most: 5000 };
/** After so long a time of starting checks the event loop looks at those in flight, whose times it measures. */
const STARTING_MS = 2;

/** Checks sites until the signal aborts, then drains. Rejects only on a programming error. */
export async function runMonitor(options: MonitorOptions, signal: AbortSignal): Promise<MonitorOutcome> {
  return await new Monitor(options).run(signal);
}

interface SeenClock {
  readonly wallMs: number;
  readonly monotonicMs: number;
}

class Monitor {
  readonly #options: MonitorOptions;
  readonly #queue = new DueQueue();
  readonly #watched: WatchedSites;
  readonly #inFlight = new Map<string, Promise<void>>();
  readonly #storage: ResultStorage;
  readonly #buffer: ResultBuffer;
  readonly #report: MonitorReport;
  readonly #firstChecks: FirstChecks;
  readonly #passed: PassedTime;
  readonly #wakeUp: WakeUp;
  readonly #sitesChanged: WakeUp;
  readonly #abandonChecks = new AbortController();
  #seen: SeenClock;
  #wakesAtMs = 0;
  /** Counts how often the wall clock was set. */
  #clockSettings = 0;

  constructor(options: MonitorOptions) {
    this.#options = options;
    const { clock, log, outbox, topic } = options;
    this.#wakeUp = new WakeUp(clock);
    this.#sitesChanged = new WakeUp(clock);
    this.#report = new MonitorReport({ clock, log, count: options.count });
    this.#passed = new PassedTime(clock.now());
    this.#firstChecks = new FirstChecks(clock);
    this.#seen = this.#readClock();
    this.#storage = {
      outbox,
      topic,
      log,
      onRefused: (result, error) => this.#report.refusedResult(result, error),
    };
    this.#buffer = new ResultBuffer({
      storage: this.#storage,
      clock,
      gatherMs: options.gatherMs,
      capacity: options.bufferCapacity,
      onStored: (results) => {
        options.onStored(results);
        if (this.#wakesAtMs === Number.POSITIVE_INFINITY) this.#wakeUp.wake();
      },
    });
    this.#watched = new WatchedSites({
      checker: options.checker,
      onAdded: (site) => this.#scheduleFirst(site),
      onChanged: (site) => {
        // The running slot belongs to the site as it was.
        if (!this.#inFlight.has(site.id)) this.#schedule(site, slotAfter(site, clock.now()));
      },
      onRemoved: (siteId) => this.#queue.remove(siteId),
      onRefused: (site, error) => this.#report.refusedSite(site, error),
    });
  }

  async run(signal: AbortSignal): Promise<MonitorOutcome> {
    this.#options.sites.onChanged(() => this.#sitesChanged.wake(), signal);
    const reading = this.#keepReadingSites(signal);
    const storingSpilled = this.#storeSpilled(signal);
    while (!signal.aborted) {
      this.#noticeClockJump();
      this.#startDueChecks(signal);
      this.#report.tellDue();
      await this.#wakeUp.wait(this.#waitMs(), signal);
    }
    await Promise.all([reading, storingSpilled]);
    return await this.#drain();
  }

  async #keepReadingSites(signal: AbortSignal): Promise<void> {
    const { clock, log, rereadSitesMs } = this.#options;
    while (!signal.aborted) {
      const beganMs = clock.monotonicMs();
      try {
        await retryWhileUnavailable(() => this.#readSites(signal), { what: "sites", log, signal });
        const tookMs = clock.monotonicMs() - beganMs;
        const { least, most } = READS_APART_MS;
        await clock.sleep(Math.min(most, Math.max(least, 2 * tookMs)), signal);
      } catch (error) {
        if (signal.aborted) return;
        // The sites that are known are checked on, whatever is wrong with the others.
        this.#report.sitesNotRead(error);
      }
      await this.#sitesChanged.wait(rereadSitesMs, signal);
    }
  }

  async #readSites(signal: AbortSignal): Promise<void> {
    const keys = new Set<string>();
    for await (const group of this.#options.sites.read()) {
      signal.throwIfAborted();
      this.#watched.apply(group);
      keys.add(group.key);
    }
    this.#watched.keepOnly(keys);
  }

  async #storeSpilled(signal: AbortSignal): Promise<void> {
    try {
      await storeSpilled(this.#options.spill, this.#storage, signal);
    } catch (error) {
      if (signal.aborted) return;
      const { place } = this.#options.spill;
      const reason = messageOf(error);
      this.#options.log.error({ place, reason }, "results of an earlier run could not be read");
    }
  }

  /** For a site that is new, or whose slots are other ones since the wall clock was set. */
  #scheduleFirst(site: Site): void {
    if (this.#inFlight.has(site.id)) return;
    const nowMs = this.#options.clock.now();
    const { slotMs, dueMs } = this.#firstChecks.plan(site, nowMs);
    const undecidedMs = this.#passed.firstUndecided(site, slotMs);
    this.#schedule(site, undecidedMs, undecidedMs === slotMs ? dueMs : Math.max(undecidedMs, nowMs));
  }

  #scheduleAfter(siteId: string, checkedSlotMs: number, clockSettings: number): void {
    const watched = this.#watched.get(siteId);
    if (watched === undefined || watched.check === null) return;
    if (clockSettings !== this.#clockSettings) {
      this.#scheduleFirst(watched.site);
      return;
    }
    const next = slotFollowing(watched.site, checkedSlotMs, this.#options.clock.now());
    this.#report.missed(next.missed);
    this.#schedule(watched.site, this.#passed.firstUndecided(watched.site, next.slotMs));
  }

  #schedule(site: Site, slotMs: number, dueMs = slotMs): void {
    this.#queue.schedule(site, slotMs, dueMs);
    if (dueMs < this.#wakesAtMs && this.#wakesAtMs !== Number.POSITIVE_INFINITY) this.#wakeUp.wake();
  }

  #startDueChecks(signal: AbortSignal): void {
    const { clock } = this.#options;
    const nowMs = clock.now();
    const endMs = clock.monotonicMs() + STARTING_MS;
    while (!this.#buffer.full && clock.monotonicMs() < endMs) {
      const due = this.#queue.takeDue(nowMs);
      if (due === undefined) return;
      const { id } = due.site;
      const watched = this.#watched.get(id);
      if (watched === undefined || watched.check === null) continue;
      const clockSettings = this.#clockSettings;
      let slotMs = due.slotMs;
      const start = (): void => {
        this.#noticeClockJump();
        // The check may have waited for its turn; unless the clock was set meanwhile, its slot is the running one.
        if (clockSettings === this.#clockSettings) slotMs = this.#runningSlot(due.site, due.slotMs);
        this.#report.started(this.#options.clock.now() - Math.max(due.dueMs, slotMs));
      };
      const inFlight = this.#checkSite(watched.site, watched.check, start, () => slotMs, signal).finally(
        () => {
          this.#inFlight.delete(id);
          this.#noticeClockJump();
          this.#scheduleAfter(id, slotMs, clockSettings);
        },
      );
      this.#inFlight.set(id, inFlight);
    }
  }

  #runningSlot(site: Site, dueSlotMs: number): number {
    const running = slotFollowing(site, dueSlotMs - site.intervalMs, this.#options.clock.now());
    this.#report.missed(running.missed);
    return running.slotMs;
  }

  async #checkSite(
    site: Site,
    check: PreparedCheck,
    onStart: () => void,
    slotMs: () => number,
    signal: AbortSignal,
  ): Promise<void> {
    try {
      const run = async (): Promise<CheckResult | null> => {
        onStart();
        return await check.run(slotMs(), this.#abandonChecks.signal);
      };
      const result = await this.#options.limit.run(new URL(site.url).host, run, signal);
      if (result === null) this.#report.unobserved();
      else this.#buffer.add(result);
    } catch (error) {
      if (signal.aborted || this.#abandonChecks.signal.aborted) return;
      this.#report.withoutResult(site, error);
    }
  }

  /** Zero and negative waits would starve the event loop, so there is always one. */
  #waitMs(): number {
    const nowMs = this.#options.clock.now();
    const nextDueMs = this.#queue.nextDueMs() ?? Number.POSITIVE_INFINITY;
    if (this.#buffer.full) {
      this.#wakesAtMs = Number.POSITIVE_INFINITY;
      return LONGEST_WAIT_MS;
    }
    this.#wakesAtMs = Math.min(nextDueMs, nowMs + LONGEST_WAIT_MS);
    return Math.max(1, this.#wakesAtMs - nowMs);
  }

  #noticeClockJump(): void {
    const before = this.#seen;
    this.#seen = this.#readClock();
    const jumpMs = Math.round(
      this.#seen.wallMs - before.wallMs - (this.#seen.monotonicMs - before.monotonicMs),
    );
    if (Math.abs(jumpMs) <= CLOCK_JUMP_MS) return;
    const consequence =
      jumpMs > 0 ? "slots in between are missing" : "slots already checked are not checked again";
    this.#options.log.warn({ jumpMs, consequence }, "wall clock jumped");
    this.#clockSettings += 1;
    this.#passed.jumped(before.wallMs, this.#seen.wallMs);
    this.#queue.clear();
    for (const { site, check } of this.#watched.values()) {
      if (check !== null) this.#scheduleFirst(site);
    }
    this.#wakeUp.wake();
  }

  #readClock(): SeenClock {
    const { clock } = this.#options;
    return { wallMs: clock.now(), monotonicMs: clock.monotonicMs() };
  }

  async #drain(): Promise<MonitorOutcome> {
    const { drainMs, log } = this.#options;
    const checksDone = Promise.allSettled(this.#inFlight.values());
    await this.#within(drainMs, checksDone, () => this.#abandonChecks.abort(new Error("shutting down")));
    const stored = this.#buffer.drained().catch(() => {});
    await this.#within(drainMs, stored, () => this.#buffer.abandon(new Error("shutting down")));
    this.#report.tellRest();
    return { lostResults: await spill(this.#buffer.unstored(), this.#options.spill, log) };
  }

  /** Waits for `work`; when it takes longer than `limitMs`, calls `giveUp` and then waits for it all the same. */
  async #within(limitMs: number, work: Promise<unknown>, giveUp: () => void): Promise<void> {
    const done = new AbortController();
    const timer = this.#options.clock.sleep(limitMs, done.signal).then(giveUp, () => {});
    await work;
    done.abort();
    await timer;
  }
}

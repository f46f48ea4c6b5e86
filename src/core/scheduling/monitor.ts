/**
 * The monitor checks every site at its slots and writes every result to the outbox.
 *
 * A site is in one of three states: queued (waiting for its slot), in flight (being checked), or unscheduled (removed,
 * disabled, or refused by the checker). It returns to the queue when its check ends, so a site is never checked twice at
 * once. Slots that pass during a check are missed.
 */
import type { CheckResult } from "../../contract/checks/check-result.ts";
import type { Site } from "../../contract/checks/site.ts";
import type { Checker, PreparedCheck } from "../checking/checker.ts";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { Outbox } from "../relaying/ports.ts";
import { WakeUp } from "../running/wake-up.ts";
import { type CountEvents, MonitorReport } from "./monitor-report.ts";
import type { CheckLimit } from "./politeness.ts";
import { keepReadingSites } from "./reading-sites.ts";
import { ResultBuffer } from "./result-buffer.ts";
import { SiteSchedule } from "./site-schedule.ts";
import type { SiteSource } from "./site-source.ts";
import { type ResultSpill, spill, storeSpilled } from "./spilled-results.ts";
import type { ResultStorage } from "./storing-results.ts";
import { type WatchedSite, WatchedSites } from "./watched-sites.ts";

export interface MonitorOptions {
  readonly sites: SiteSource;
  readonly checker: Checker;
  readonly outbox: Outbox;
  /** The topic to which the relay publishes the results. */
  readonly topic: string;
  /** The topic of results that the outbox refuses. */
  readonly deadTopic: string;
  /** Keeps results that cannot be stored before shutdown. */
  readonly spill: ResultSpill;
  readonly limit: CheckLimit;
  readonly clock: Clock;
  readonly log: Log;
  /** Poll interval for reading sites, for change notifications that were missed. */
  readonly rereadSitesMs: number;
  /** The monitor starts no further check while this many results wait for the database. */
  readonly bufferCapacity: number;
  /** Shortest time between two writes of results, unless one is full. */
  readonly gatherMs: number;
  /** Time limit at shutdown, once for the checks in flight and once for storing their results. */
  readonly drainMs: number;
  /** Called with results once they are durable. */
  readonly onStored: (results: readonly CheckResult[]) => void;
  readonly count: CountEvents;
}

export interface MonitorOutcome {
  /** Results that could be written neither to the outbox nor to the local disk. */
  readonly lostResults: number;
}

const LONGEST_WAIT_MS = 1000;
/** The monitor yields to the event loop after starting checks for this long, which keeps measured times accurate. */
const STARTING_MS = 2;
/**
 * Checks start together, a few at each wake-up: waking an idle process costs more processor time than a check's own
 * work. Many at once would compete for the processor while their response times are measured.
 */
const TOGETHER = 5;
const LONGEST_TOGETHER_MS = 50;

/** Checks sites until the signal aborts, then drains. Rejects only on a programming error. */
export async function runMonitor(options: MonitorOptions, signal: AbortSignal): Promise<MonitorOutcome> {
  return await new Monitor(options).run(signal);
}

class Monitor {
  readonly #options: MonitorOptions;
  readonly #schedule: SiteSchedule;
  readonly #watched: WatchedSites;
  readonly #inFlight = new Map<string, Promise<void>>();
  readonly #storage: ResultStorage;
  readonly #buffer: ResultBuffer;
  readonly #report: MonitorReport;
  readonly #wakeUp: WakeUp;
  readonly #abandonChecks = new AbortController();
  /** Milliseconds since the epoch; infinite while results wait for the database. */
  #wakesAtMs = 0;

  constructor(options: MonitorOptions) {
    this.#options = options;
    const { clock, log, outbox, topic, deadTopic } = options;
    this.#wakeUp = new WakeUp(clock);
    this.#report = new MonitorReport({ clock, log, count: options.count });
    this.#schedule = new SiteSchedule({
      clock,
      scheduled: () => this.#sitesAtRest(),
      onClockSet: (jumpMs) => {
        this.#report.clockSet(jumpMs);
        this.#wakeUp.wake();
      },
      onMissed: (slots) => this.#report.missed(slots),
      onDueAt: (dueMs) => {
        if (this.#wakesAtMs === Number.POSITIVE_INFINITY) return;
        if (this.#startsMs(dueMs) < this.#wakesAtMs) this.#wakeUp.wake();
      },
    });
    this.#storage = {
      outbox,
      topic,
      deadTopic,
      clock,
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
      onAdded: (site) => {
        if (!this.#inFlight.has(site.id)) this.#schedule.addNew(site);
      },
      onChanged: (site) => {
        if (!this.#inFlight.has(site.id)) this.#schedule.addChanged(site);
      },
      onRemoved: (siteId) => this.#schedule.remove(siteId),
      onRefused: (site, error) => this.#report.refusedSite(site, error),
    });
  }

  async run(signal: AbortSignal): Promise<MonitorOutcome> {
    const { sites, clock, log, rereadSitesMs } = this.#options;
    const onNotRead = (error: unknown): void => this.#report.sitesNotRead(error);
    const reading = { sites, watched: this.#watched, clock, log, rereadSitesMs, onNotRead };
    const beside = [
      keepReadingSites(reading, signal),
      storeSpilled(this.#options.spill, this.#storage, signal),
    ];
    while (!signal.aborted) {
      this.#schedule.noticeClockJump();
      this.#startDueChecks(signal);
      this.#report.logDue();
      await this.#wakeUp.wait(this.#waitMs(), signal);
    }
    await Promise.all(beside);
    return await this.#drain();
  }

  *#sitesAtRest(): Iterable<Site> {
    for (const { site, check } of this.#watched.values()) {
      if (check !== null && !this.#inFlight.has(site.id)) yield site;
    }
  }

  #startDueChecks(signal: AbortSignal): void {
    const { clock } = this.#options;
    const endMs = clock.monotonicMs() + STARTING_MS;
    while (!this.#buffer.full && clock.monotonicMs() < endMs) {
      const due = this.#schedule.takeDue();
      if (due === undefined) return;
      const { id } = due.site;
      const watched = this.#watched.get(id);
      if (watched === undefined || watched.check === null) continue;
      const { clockSettings } = this.#schedule;
      let { slotMs } = due;
      const onStart = (): number => {
        this.#schedule.noticeClockJump();
        slotMs = this.#schedule.slotAtStart(due, clockSettings);
        this.#report.started(clock.now() - Math.max(due.dueMs, slotMs));
        return slotMs;
      };
      const inFlight = this.#checkSite(watched, watched.check, onStart, signal).finally(() => {
        this.#inFlight.delete(id);
        this.#schedule.noticeClockJump();
        const now = this.#watched.get(id);
        if (now?.check != null) this.#schedule.addChecked(now.site, slotMs, clockSettings);
      });
      this.#inFlight.set(id, inFlight);
    }
  }

  /** Calls `onStart`, which returns the slot, as soon as the limits allow the check. */
  async #checkSite(
    { site, host }: WatchedSite,
    check: PreparedCheck,
    onStart: () => number,
    signal: AbortSignal,
  ): Promise<void> {
    try {
      const run = async (): Promise<CheckResult | null> => {
        return await check.run(onStart(), this.#abandonChecks.signal);
      };
      const result = await this.#options.limit.run(host, run, signal);
      if (result === null) this.#report.unobserved();
      else this.#buffer.add(result);
    } catch (error) {
      if (signal.aborted || this.#abandonChecks.signal.aborted) return;
      this.#report.withoutResult(site, error);
    }
  }

  /** At least 1 ms: without a wait the loop would starve the event loop. */
  #waitMs(): number {
    const nowMs = this.#options.clock.now();
    if (this.#buffer.full) {
      this.#wakesAtMs = Number.POSITIVE_INFINITY;
      return LONGEST_WAIT_MS;
    }
    this.#wakesAtMs = Math.min(this.#startsMs(this.#schedule.nextDueMs()), nowMs + LONGEST_WAIT_MS);
    return Math.max(1, this.#wakesAtMs - nowMs);
  }

  /** When a check starts that is due at `dueMs`; both in milliseconds since the epoch. */
  #startsMs(dueMs: number): number {
    const togetherMs = Math.min(LONGEST_TOGETHER_MS, (1000 * TOGETHER) / this.#watched.checksPerSecond);
    const stepMs = Math.max(1, Math.floor(togetherMs));
    return Math.ceil(dueMs / stepMs) * stepMs;
  }

  async #drain(): Promise<MonitorOutcome> {
    const { drainMs, log } = this.#options;
    const checksDone = Promise.allSettled(this.#inFlight.values());
    await this.#within(drainMs, checksDone, () => this.#abandonChecks.abort(new Error("shutting down")));
    const stored = this.#buffer.drained().catch(() => {});
    await this.#within(drainMs, stored, () => this.#buffer.abandon(new Error("shutting down")));
    this.#report.logRemaining();
    return { lostResults: await spill(this.#buffer.unstored(), this.#options.spill, log) };
  }

  /** Waits for `work`. When it takes longer than `limitMs`, calls `giveUp` and continues to wait. */
  async #within(limitMs: number, work: Promise<unknown>, giveUp: () => void): Promise<void> {
    const done = new AbortController();
    const timer = this.#options.clock.sleep(limitMs, done.signal).then(giveUp, () => {});
    await work;
    done.abort();
    await timer;
  }
}

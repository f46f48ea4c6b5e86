/**
 * The monitor: checks every site at its slots and puts every result into the outbox.
 *
 * A site is in one of three places: in the due queue (waiting for its slot), in flight (being checked), or gone
 * (removed, disabled, or refused by the checker). It goes back into the queue when its check is done, so a site is
 * never checked twice at once; slots that pass meanwhile are missed, counted and said.
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
import { ResultBuffer } from "./result-buffer.ts";
import type { SiteSource } from "./site-source.ts";
import { slotAfter, slotAtOrBefore } from "./slots.ts";

/** Runs a task when the global and per-host limits allow it; rejects with the signal's reason when aborted before. */
export interface CheckLimit {
  run<T>(host: string, task: () => Promise<T>, signal: AbortSignal): Promise<T>;
}

export interface MonitorOptions {
  readonly sites: SiteSource;
  readonly checker: Checker;
  readonly outbox: Outbox;
  /** Where the relay is to publish the results. */
  readonly topic: string;
  readonly limit: CheckLimit;
  readonly clock: Clock;
  readonly log: Log;
  /** The safety net under change notifications: sites are read again at least this often. */
  readonly rereadSitesMs: number;
  /** Results waiting for the database before no further check is started. */
  readonly bufferCapacity: number;
  /** At shutdown: time for checks in flight to end, and then for their results to be stored. */
  readonly drainMs: number;
  /** Called with results once they are durable. */
  readonly onStored: (results: readonly CheckResult[]) => void;
}

export interface MonitorOutcome {
  /** Results that could not be stored before the drain time ran out. */
  readonly lostResults: number;
}

/** A jump of the wall clock smaller than this is ordinary adjustment. */
const CLOCK_JUMP_MS = 1000;
const LONGEST_WAIT_MS = 1000;

/** Checks sites until the signal aborts, then drains. Rejects only on a programming error. */
export async function runMonitor(options: MonitorOptions, signal: AbortSignal): Promise<MonitorOutcome> {
  return await new Monitor(options).run(signal);
}

interface WatchedSite {
  readonly site: Site;
  readonly host: string;
  readonly check: PreparedCheck;
  readonly fingerprint: string;
}

class Monitor {
  readonly #options: MonitorOptions;
  readonly #queue = new DueQueue();
  readonly #watched = new Map<string, WatchedSite>();
  readonly #refused = new Map<string, string>();
  readonly #inFlight = new Map<string, Promise<void>>();
  readonly #buffer: ResultBuffer;
  readonly #wakeUp: WakeUp;
  readonly #abandonChecks = new AbortController();
  #sitesChanged = true;
  #missedSlots = 0;
  #unobservedSlots = 0;

  constructor(options: MonitorOptions) {
    this.#options = options;
    this.#wakeUp = new WakeUp(options.clock);
    this.#buffer = new ResultBuffer({
      outbox: options.outbox,
      topic: options.topic,
      log: options.log,
      capacity: options.bufferCapacity,
      onStored: (results) => {
        options.onStored(results);
        this.#wakeUp.wake();
      },
    });
  }

  async run(signal: AbortSignal): Promise<MonitorOutcome> {
    const { clock, sites } = this.#options;
    sites.onChanged(() => {
      this.#sitesChanged = true;
      this.#wakeUp.wake();
    }, signal);
    let readAtMs = Number.NEGATIVE_INFINITY;
    let seen = { wallMs: clock.now(), monotonicMs: clock.monotonicMs() };
    while (!signal.aborted) {
      if (this.#sitesChanged || clock.monotonicMs() - readAtMs >= this.#options.rereadSitesMs) {
        this.#sitesChanged = false;
        await this.#readSites(signal);
        readAtMs = clock.monotonicMs();
      }
      seen = this.#noticeClockJump(seen);
      this.#startDueChecks(signal);
      await this.#wakeUp.wait(this.#waitMs(), signal);
    }
    return await this.#drain();
  }

  async #readSites(signal: AbortSignal): Promise<void> {
    const { sites, log } = this.#options;
    try {
      const wanted = await retryWhileUnavailable(() => sites.read(), { what: "sites", log, signal });
      const wantedIds = new Set(wanted.map((site) => site.id));
      for (const id of this.#watched.keys()) {
        if (wantedIds.has(id)) continue;
        this.#watched.delete(id);
        this.#queue.remove(id);
      }
      for (const site of wanted) this.#watch(site);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  #watch(site: Site): void {
    const fingerprint = JSON.stringify(site);
    const before = this.#watched.get(site.id);
    if (before?.fingerprint === fingerprint || this.#refused.get(site.id) === fingerprint) return;
    try {
      const check = this.#options.checker.prepare(site);
      this.#refused.delete(site.id);
      this.#watched.set(site.id, { site, host: new URL(site.url).host, check, fingerprint });
      if (this.#inFlight.has(site.id)) return;
      // A new site is checked at once, for the slot that is running; a changed interval counts from its next slot.
      const nowMs = this.#options.clock.now();
      this.#queue.schedule(site, before === undefined ? slotAtOrBefore(site, nowMs) : slotAfter(site, nowMs));
    } catch (error) {
      this.#refused.set(site.id, fingerprint);
      this.#watched.delete(site.id);
      this.#queue.remove(site.id);
      const reason = messageOf(error);
      this.#options.log.error(
        { siteId: site.id, name: site.name, reason },
        "site can't be checked as it is defined",
      );
    }
  }

  #startDueChecks(signal: AbortSignal): void {
    const nowMs = this.#options.clock.now();
    while (!this.#buffer.full) {
      const due = this.#queue.takeDue(nowMs);
      if (due === undefined) break;
      const watched = this.#watched.get(due.site.id);
      if (watched === undefined) continue;
      const inFlight = this.#checkSite(watched, due.slotMs, signal).finally(() => {
        this.#inFlight.delete(due.site.id);
        this.#scheduleAgain(due.site.id, due.slotMs);
        this.#wakeUp.wake();
      });
      this.#inFlight.set(due.site.id, inFlight);
    }
    if (this.#missedSlots > 0) {
      this.#options.log.warn(
        { missedSlots: this.#missedSlots },
        "slots passed before their check could start",
      );
      this.#missedSlots = 0;
    }
    if (this.#unobservedSlots > 0) {
      this.#options.log.warn(
        { slots: this.#unobservedSlots },
        "slots have no result: this process was paused, or a server asked to be asked later",
      );
      this.#unobservedSlots = 0;
    }
  }

  async #checkSite(watched: WatchedSite, dueSlotMs: number, signal: AbortSignal): Promise<void> {
    const { site, check, host } = watched;
    try {
      const run = async (): Promise<CheckResult | null> => {
        const slotMs = Math.max(dueSlotMs, slotAtOrBefore(site, this.#options.clock.now()));
        this.#missedSlots += Math.round((slotMs - dueSlotMs) / site.intervalMs);
        return await check.run(slotMs, this.#abandonChecks.signal);
      };
      const result = await this.#options.limit.run(host, run, signal);
      if (result === null) this.#unobservedSlots += 1;
      else this.#buffer.add(result);
    } catch (error) {
      if (signal.aborted || this.#abandonChecks.signal.aborted) return;
      const reason = messageOf(error);
      this.#options.log.error({ siteId: site.id, reason }, "check ended without a result");
    }
  }

  #scheduleAgain(siteId: string, checkedSlotMs: number): void {
    const watched = this.#watched.get(siteId);
    if (watched === undefined) return;
    const { site } = watched;
    const currentSlotMs = slotAtOrBefore(site, this.#options.clock.now());
    const earliestMs = slotAfter(site, checkedSlotMs);
    if (currentSlotMs > earliestMs) {
      this.#missedSlots += Math.round((currentSlotMs - earliestMs) / site.intervalMs);
    }
    this.#queue.schedule(site, Math.max(earliestMs, currentSlotMs));
  }

  #waitMs(): number {
    if (this.#buffer.full) return LONGEST_WAIT_MS;
    const nextSlotMs = this.#queue.nextSlotMs();
    if (nextSlotMs === undefined) return LONGEST_WAIT_MS;
    return Math.min(LONGEST_WAIT_MS, nextSlotMs - this.#options.clock.now());
  }

  #noticeClockJump(seen: { wallMs: number; monotonicMs: number }): { wallMs: number; monotonicMs: number } {
    const { clock, log } = this.#options;
    const now = { wallMs: clock.now(), monotonicMs: clock.monotonicMs() };
    const jumpMs = Math.round(now.wallMs - seen.wallMs - (now.monotonicMs - seen.monotonicMs));
    if (Math.abs(jumpMs) > CLOCK_JUMP_MS) {
      const consequence =
        jumpMs > 0 ? "slots in between are missing" : "slots already checked are not checked again";
      log.warn({ jumpMs, consequence }, "wall clock jumped");
    }
    return now;
  }

  async #drain(): Promise<MonitorOutcome> {
    const { clock, drainMs, log } = this.#options;
    const checksDone = Promise.allSettled(this.#inFlight.values());
    await this.#within(drainMs, checksDone, () => this.#abandonChecks.abort(new Error("shutting down")));
    const stored = this.#buffer.drained().catch(() => {});
    await this.#within(drainMs, stored, () => this.#buffer.abandon(new Error("shutting down")));
    const lostResults = this.#buffer.size;
    if (lostResults > 0) log.error({ lostResults }, "results could not be stored before shutdown");
    log.debug({ atMs: clock.now() }, "monitor drained");
    return { lostResults };
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

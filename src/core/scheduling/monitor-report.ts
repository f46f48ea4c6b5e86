/** What a monitor tells of its own work: each kind of trouble in one line a minute with a count, and all of it counted. */
import type { CheckResult } from "../../contract/check-result.ts";
import { messageOf } from "../../contract/errors.ts";
import type { Site } from "../../contract/site.ts";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { CountedLog } from "../running/counted-log.ts";

/** A check that starts so long after it was due is late. */
const LATE_MS = 1000;

export type MonitorEvent =
  | "checkStarted"
  | "slotLate"
  | "slotMissed"
  | "slotUnobserved"
  | "checkWithoutResult"
  | "resultRefused"
  | "siteRefused"
  /** Milliseconds between the instant a check was due and its start, summed. */
  | "startDelayMs";

export type CountEvents = (event: MonitorEvent, count: number) => void;

export interface MonitorReportOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly count: CountEvents;
}

export class MonitorReport {
  readonly #options: MonitorReportOptions;
  readonly #lines: CountedLog;
  #latestMs = 0;

  constructor(options: MonitorReportOptions) {
    this.#options = options;
    this.#lines = new CountedLog(options.clock);
  }

  started(delayMs: number): void {
    const { count, log } = this.#options;
    count("checkStarted", 1);
    count("startDelayMs", Math.max(0, delayMs));
    if (delayMs < LATE_MS) return;
    count("slotLate", 1);
    this.#latestMs = Math.max(this.#latestMs, delayMs);
    this.#lines.note("late", 1, (lateSlots) => {
      log.warn({ lateSlots, latestMs: this.#latestMs }, "checks started late");
      this.#latestMs = 0;
    });
  }

  clockSet(jumpMs: number): void {
    const consequence =
      jumpMs > 0 ? "slots in between are missing" : "slots already checked are not checked again";
    this.#options.log.warn({ jumpMs, consequence }, "wall clock jumped");
  }

  missed(slots: number): void {
    if (slots === 0) return;
    this.#options.count("slotMissed", slots);
    this.#lines.note("missed", slots, (missedSlots) => {
      this.#options.log.warn({ missedSlots }, "slots passed before their check could start");
    });
  }

  /** A check of the slot was begun or due, and has no result for a reason that is not the site's. */
  unobserved(): void {
    this.#options.count("slotUnobserved", 1);
    this.#lines.note("unobserved", 1, (slots) => {
      this.#options.log.warn(
        { slots },
        "slots have no result: this process was paused, or a server asked to be asked later",
      );
    });
  }

  refusedSite({ id, name }: Site, error: unknown): void {
    this.#trouble("siteRefused", { siteId: id, name }, error, "site can't be checked as it is defined");
  }

  withoutResult({ id }: Site, error: unknown): void {
    this.#trouble("checkWithoutResult", { siteId: id }, error, "check ended without a result");
  }

  refusedResult({ siteId, slot }: CheckResult, error: unknown): void {
    this.#trouble("resultRefused", { siteId, slot }, error, "result refused by the outbox; it is lost");
  }

  sitesNotRead(error: unknown): void {
    this.#lines.note("sitesNotRead", 1, (times) => {
      this.#options.log.error(
        { times, reason: messageOf(error) },
        "sites not read; the known ones are checked",
      );
    });
  }

  /** Writes the lines that are due. */
  tellDue(): void {
    this.#lines.tellDue();
  }

  /** Writes all that was not told. */
  tellRest(): void {
    this.#lines.tellRest();
  }

  /** The fields are those of the first of its kind. */
  #trouble(event: MonitorEvent, fields: object, error: unknown, message: string): void {
    this.#options.count(event, 1);
    const reason = messageOf(error);
    this.#lines.note(event, 1, (count) => this.#options.log.error({ ...fields, reason, count }, message));
  }
}

/** A monitor's log lines and counters about its own work. It logs each kind of problem at most once a minute. */
import type { CheckResult } from "../../contract/checks/check-result.ts";
import type { Site } from "../../contract/checks/site.ts";
import { messageOf } from "../../contract/errors.ts";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { CountedLog } from "../running/counted-log.ts";

/** A check that starts at least this long after it was due is late. */
const LATE_MS = 1000;

export type MonitorEvent =
  | "checkStarted"
  | "slotLate"
  | "slotMissed"
  | "slotUnobserved"
  | "checkWithoutResult"
  | "resultRefused"
  | "siteRefused"
  /** Sum of the milliseconds between the due time and the start of checks. */
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

  /** Counts a slot that has no result for a reason outside the site. */
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
    this.#problem("siteRefused", { siteId: id, name }, error, "site not checked; its definition is invalid");
  }

  withoutResult({ id }: Site, error: unknown): void {
    this.#problem("checkWithoutResult", { siteId: id }, error, "check ended without a result");
  }

  refusedResult({ siteId, slot }: CheckResult, error: unknown): void {
    this.#problem("resultRefused", { siteId, slot }, error, "result refused by the outbox");
  }

  sitesNotRead(error: unknown): void {
    this.#lines.note("sitesNotRead", 1, (times) => {
      this.#options.log.error(
        { times, reason: messageOf(error) },
        "sites not read; still checking the known ones",
      );
    });
  }

  /** Writes the lines that are due. */
  logDue(): void {
    this.#lines.logDue();
  }

  /** Writes all pending lines. */
  logRemaining(): void {
    this.#lines.logRemaining();
  }

  /** Counts and logs a problem. The logged fields are those of the first occurrence. */
  #problem(event: MonitorEvent, fields: object, error: unknown, message: string): void {
    this.#options.count(event, 1);
    const reason = messageOf(error);
    this.#lines.note(event, 1, (count) => this.#options.log.error({ ...fields, reason, count }, message));
  }
}

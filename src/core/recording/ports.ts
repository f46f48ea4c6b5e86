/** Ports of recording: a store that records each result once, and the maintenance of its partitions. */
import type { CheckResult } from "../../contract/checks/check-result.ts";

export interface RecordOutcome {
  /** How many of the results were new; the others had been recorded before. */
  readonly inserted: number;
}

export interface ResultStore {
  /**
   * Writes results and everything derived from them (rollups, site state, incidents) in one transaction. Records each
   * identity once, also across calls. May iterate over `results` several times, and keeps no result longer than
   * necessary. Throws `UnavailableError` (retry) or `RefusedError` (at least one result can never be recorded).
   */
  record(results: Iterable<CheckResult>): Promise<RecordOutcome>;
}

export interface RetentionPolicy {
  readonly keepResultsMs: number;
  readonly keepHourlyMs: number;
  readonly keepDailyMs: number;
}

export interface MaintenanceOutcome {
  readonly created: number;
  readonly dropped: number;
  /** Expired partitions that cannot be dropped now, oldest first, each with the reason. */
  readonly postponed: readonly { readonly partition: string; readonly reason: string }[];
}

export interface ResultMaintenance {
  /**
   * Creates the partitions for the next days and drops the expired ones. Each is a separate step, so one partition that
   * cannot be dropped does not delay the others. Several processes may call it at once. Throws `UnavailableError`.
   */
  maintain(policy: RetentionPolicy, nowMs: number): Promise<MaintenanceOutcome>;
}

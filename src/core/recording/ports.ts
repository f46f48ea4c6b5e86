/** What recording needs of the world: a store that takes results once each, and its upkeep. */
import type { CheckResult } from "../../contract/check-result.ts";

export interface RecordOutcome {
  /** How many of the results were new; the rest were recorded before. */
  readonly inserted: number;
}

export interface ResultStore {
  /**
   * Writes results with all that follows from them (rollups, site state) in one transaction, each identity once,
   * whatever has been written before. It may go through them several times, and keeps none of them for longer than it
   * must. Throws `UnavailableError` (try again) or `RefusedError` (at least one of them will never be taken).
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
  /** Partitions past retention that can't be dropped now, oldest first, and why. */
  readonly postponed: readonly { readonly partition: string; readonly reason: string }[];
}

export interface ResultMaintenance {
  /**
   * Makes the partitions that the coming days need and drops those that are past retention, each in a step of its own:
   * one that can't be dropped now holds up none of the others. Safe to call from several processes. Throws
   * `UnavailableError`.
   */
  maintain(policy: RetentionPolicy, nowMs: number): Promise<MaintenanceOutcome>;
}

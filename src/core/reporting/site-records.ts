/** Port for what is recorded of one site over time. Instants are milliseconds since the epoch. */
import type { CheckResult, Verdict } from "../../contract/checks/check-result.ts";
import type { SchedulePeriod } from "./due-slots.ts";
import type { LatencyHistogram } from "./latency-histogram.ts";
import type { PhaseSums } from "./phase-sums.ts";

export interface TimeRange {
  readonly fromMs: number;
  /** Not included. */
  readonly toMs: number;
}

/** What was counted at one location in one UTC hour or day. */
export interface LocationRollup {
  readonly location: string;
  readonly startMs: number;
  readonly up: number;
  readonly degraded: number;
  readonly down: number;
  readonly responseTimes: number;
  readonly responseTimeSumMs: number;
  readonly latencies: LatencyHistogram;
  readonly phases: PhaseSums;
}

export interface IncidentSpan {
  readonly id: string;
  readonly severity: "degraded" | "down";
  readonly fromMs: number;
  /** Null while it lasts. */
  readonly toMs: number | null;
}

export interface SiteResultsQuery extends TimeRange {
  readonly siteId: string;
  readonly location?: string | undefined;
  readonly verdict?: Verdict | undefined;
  readonly limit: number;
  /** Only results after this one in the order of the list. */
  readonly after?: { readonly slotMs: number; readonly location: string } | undefined;
}

/** Every method throws `UnavailableError` while the database cannot serve. */
export interface SiteRecords {
  /** Newest slot first, and by location. */
  results(query: SiteResultsQuery): Promise<readonly CheckResult[]>;
  /** Returns null when there is no such result. */
  result(siteId: string, location: string, slotMs: number): Promise<CheckResult | null>;
  /** The hours or days that start within the range, ordered by start. */
  rollups(period: "hour" | "day", siteId: string, range: TimeRange): Promise<readonly LocationRollup[]>;
  /** The incidents of its own checks that overlap the range, oldest first. */
  incidents(siteId: string, range: TimeRange): Promise<readonly IncidentSpan[]>;
  /** The periods of its schedule that end after an instant, in order of time. */
  schedule(siteId: string, endAfterMs: number): Promise<readonly SchedulePeriod[]>;
}

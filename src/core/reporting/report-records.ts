/** Port for what reports read of many sites at once. */
import type { SchedulePeriod } from "./due-slots.ts";
import type { IncidentSpan, TimeRange } from "./site-records.ts";

export interface ReportedSite {
  readonly siteId: string;
  readonly name: string | null;
  readonly url: string;
  readonly tags: readonly string[];
}

/** Every method throws `UnavailableError` while the database cannot serve. */
export interface ReportRecords {
  /** Every site that is known, also those that were removed. */
  sites(): Promise<readonly ReportedSite[]>;
  /** The periods of the schedules that end after an instant, in order of time, by site id. */
  schedules(
    siteIds: readonly string[],
    endAfterMs: number,
  ): Promise<ReadonlyMap<string, readonly SchedulePeriod[]>>;
  /** The incidents of severity `down` of the sites' own checks that overlap the range, by site id. */
  outages(
    siteIds: readonly string[],
    range: TimeRange,
  ): Promise<ReadonlyMap<string, readonly IncidentSpan[]>>;
}

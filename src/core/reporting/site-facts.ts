/** Everything that the summary of a site follows from, and the port that keeps it. Instants: milliseconds since the epoch. */
import type { SiteSource, SiteSummary } from "../../contract/api/sites/sites.ts";
import type { Verdict } from "../../contract/checks/check-result.ts";
import type { SchedulePeriod } from "./due-slots.ts";
import type { RecentCounts } from "./recent-counts.ts";

/** The latest result of one location. */
export interface LocationState {
  readonly location: string;
  readonly slotMs: number;
  readonly checkedAtMs: number;
  readonly verdict: Verdict;
  readonly statusCode: number | null;
  readonly responseTimeMs: number | null;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly certificateExpiresAtMs: number | null;
}

/** What the table says of a site. */
export interface ListedSite {
  readonly id: string;
  readonly name: string | null;
  readonly url: string;
  readonly tags: readonly string[];
  readonly source: SiteSource;
  readonly enabled: boolean;
  readonly intervalMs: number;
  readonly regexp: string | null;
  readonly revision: number;
  /** True for a site of the table that was not removed. */
  readonly inSchedule: boolean;
  /** When a monitor last said that it watches a site outside the table. */
  readonly watchedAtMs: number | null;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

export interface SiteFacts {
  readonly site: ListedSite;
  readonly states: readonly LocationState[];
  /** The last 24 UTC hours. */
  readonly hours: RecentCounts;
  /** The last 30 UTC days. */
  readonly days: RecentCounts;
  /** 95th percentile of the response times of yesterday and today. */
  readonly p95Ms: number | null;
  readonly schedule: readonly SchedulePeriod[];
  /** The incident that is not resolved. */
  readonly incident: { readonly id: string; readonly sinceMs: number } | null;
  /** When the last resolved incident ended. */
  readonly recoveredAtMs: number | null;
}

export interface SummarisedSite {
  readonly site: ListedSite;
  /** The same object until the summary changes. `inMaintenance` is always false. */
  readonly summary: SiteSummary;
}

export interface SiteOverview {
  /**
   * Returns all sites that are watched or were within the last day, ordered by name or URL, as the database has them now.
   * Throws `UnavailableError`.
   */
  sites(nowMs: number): Promise<readonly SummarisedSite[]>;
}

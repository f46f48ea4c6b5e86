/** What the database knows of the sites of a status page. Instants are milliseconds since the epoch. */

import type { Site } from "../../contract/checks/site.ts";
import { DAY_MS } from "../../contract/duration.ts";
import type { StatusPage } from "../../contract/settings/status-page.ts";
import type { Incident } from "../incidents/ports.ts";
import { countDueSlots, type SchedulePeriod } from "../reporting/due-slots.ts";
import { type Counts, difference, NO_RESULTS, resultsOf } from "../reporting/range-totals.ts";
import type { DayCounts } from "./standing.ts";

export type PublishedSite = Pick<Site, "id" | "name" | "url" | "tags" | "enabled">;

/** What is known of one site. */
export interface SiteKnowledge {
  readonly site: PublishedSite;
  /** The worst verdict of the latest results of its locations; null before the first result. */
  readonly verdict: "up" | "degraded" | "down" | null;
  /** One entry for each UTC day of the page, oldest first. */
  readonly days: readonly DayCounts[];
  /** Median of the last day, milliseconds. */
  readonly responseTimeMs: number | null;
}

/** A site as it is recorded: only days with results, and the schedule from which follows what was due. */
export interface RecordedSite extends Omit<SiteKnowledge, "days"> {
  readonly days: readonly RecordedDay[];
  readonly schedule: readonly SchedulePeriod[];
}

/** All results of a UTC day, also those in planned maintenance. */
type RecordedDay = Omit<DayCounts, "due" | "inMaintenance">;

export interface RecordedPage {
  readonly sites: readonly RecordedSite[];
  /** Of these sites: not resolved, or resolved since the first day of the page; newest first. */
  readonly incidents: readonly Incident[];
}

export interface StatusPageRecords {
  /** Reads the sites of a page, of which there may be none. Throws `UnavailableError`. */
  read(page: StatusPage, sinceMs: number): Promise<RecordedPage>;
}

/** The first instant that a page shows. */
export function pageStartMs({ days }: StatusPage, nowMs: number): number {
  return Math.floor(nowMs / DAY_MS) * DAY_MS - (days - 1) * DAY_MS;
}

/**
 * Adds the days without results, and what was due on each day until `untilMs`. What was counted in planned maintenance, by the
 * start of the day, is left out.
 */
export function withDueSlots(
  { site, verdict, responseTimeMs, days, schedule }: RecordedSite,
  page: StatusPage,
  {
    firstMs,
    untilMs,
    inMaintenance,
  }: {
    /** The first day of the page. */
    readonly firstMs: number;
    readonly untilMs: number;
    readonly inMaintenance: ReadonlyMap<number, Counts>;
  },
): SiteKnowledge {
  const byStart = new Map(days.map((day) => [day.startMs, day]));
  const due = countDueSlots(site.id, schedule, {
    fromMs: firstMs,
    periodMs: DAY_MS,
    periods: page.days,
    untilMs,
  });
  const all = due.map((dueCount, index) => {
    const startMs = firstMs + index * DAY_MS;
    const counts = byStart.get(startMs) ?? { ...NO_RESULTS, observed: 0 };
    const excluded = inMaintenance.get(startMs) ?? NO_RESULTS;
    return {
      startMs,
      ...difference(counts, excluded),
      inMaintenance: resultsOf(excluded),
      observed: counts.observed,
      due: dueCount,
    };
  });
  return { site, verdict, responseTimeMs, days: all };
}

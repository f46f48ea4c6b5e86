/** What many days, slots or sites amount to in one word. */
import type { DayView, PageStanding, SiteStanding } from "./page-view.ts";

/** Counts of one UTC day. */
export interface DayCounts {
  readonly startMs: number;
  /** Results of all locations, outside planned maintenance. */
  readonly up: number;
  readonly degraded: number;
  readonly down: number;
  /** Results in planned maintenance. */
  readonly inMaintenance: number;
  /** Results of the location with the most: at least so many slots were observed. */
  readonly observed: number;
  /** Slots of the site's schedule. */
  readonly due: number;
}

/** A quarter of an hour of a day: a site that fails for longer has a bad day. */
const SHORT_OUTAGE_SHARE = 0.01;

export function dayView(day: DayCounts): DayView {
  const { startMs, up, degraded, down, observed, due } = day;
  const results = up + degraded + down;
  return {
    startMs,
    standing: dayStanding(day),
    uptime: shareOf(up + degraded, results),
    coverage: coverageOf(observed, due),
  };
}

function dayStanding({ up, degraded, down, inMaintenance, due }: DayCounts): DayView["standing"] {
  if (down > (up + degraded + down) * SHORT_OUTAGE_SHARE) return "down";
  if (down > 0) return "short outage";
  if (degraded > 0) return "degraded";
  if (up > 0) return "operational";
  if (inMaintenance > 0) return "maintenance";
  return due > 0 ? "gap" : "not due";
}

/** Over several days: each result and each due slot weighs the same, whatever its day. */
export function uptimeOf(days: readonly DayCounts[]): {
  readonly uptime: number | null;
  readonly coverage: number | null;
} {
  let good = 0;
  let results = 0;
  let due = 0;
  let observed = 0;
  for (const day of days) {
    good += day.up + day.degraded;
    results += day.up + day.degraded + day.down;
    due += day.due;
    // A day with more results than slots must not make up for the gaps of another.
    observed += Math.min(day.observed, day.due);
  }
  return { uptime: shareOf(good, results), coverage: coverageOf(observed, due) };
}

function coverageOf(observed: number, due: number): number | null {
  return due === 0 ? null : Math.min(1, observed / due);
}

function shareOf(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

/** Paused and not yet checked sites say nothing about the whole. */
export function pageStanding(sites: readonly SiteStanding[]): PageStanding {
  const telling = sites.filter((standing) => standing !== "paused" && standing !== "pending");
  if (telling.length === 0) return "unknown";
  const down = telling.filter((standing) => standing === "down").length;
  if (down > 0) return down * 2 > telling.length ? "major outage" : "partial outage";
  if (telling.includes("degraded")) return "degraded";
  if (telling.every((standing) => standing === "not observed")) return "unknown";
  if (telling.includes("maintenance")) return "maintenance";
  return "operational";
}

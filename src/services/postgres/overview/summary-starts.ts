/** Which hours and days the overview reads. Instants are milliseconds since the epoch. */
import { SUMMARY_HOURS } from "../../../contract/api/sites/sites.ts";
import { DAY_MS } from "../../../contract/duration.ts";
import { SUMMARY_DAYS } from "../../../core/reporting/site-summary.ts";
import { HOUR_MS } from "./known-site.ts";

export interface Starts {
  readonly hoursFromMs: number;
  readonly daysFromMs: number;
}

/** Starts of the hour and the day before those of an instant: their last results may arrive after their end. */
export function recentStarts(instantMs: number): Starts {
  return {
    hoursFromMs: startOf(instantMs, HOUR_MS) - HOUR_MS,
    daysFromMs: startOf(instantMs, DAY_MS) - DAY_MS,
  };
}

/** Starts of the oldest hour and the oldest day of a summary. */
export function oldestStarts(nowMs: number): Starts {
  return {
    hoursFromMs: startOf(nowMs, HOUR_MS) - (SUMMARY_HOURS - 1) * HOUR_MS,
    daysFromMs: startOf(nowMs, DAY_MS) - (SUMMARY_DAYS - 1) * DAY_MS,
  };
}

export function startOf(instantMs: number, periodMs: number): number {
  return Math.floor(instantMs / periodMs) * periodMs;
}

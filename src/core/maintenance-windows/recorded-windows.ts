/**
 * When sites were in planned maintenance, also in the past. A window that is changed or removed keeps what it was until
 * then, as a schedule does: reports of the past stay as they are.
 */
import type { MaintenanceWindow } from "../../contract/alerting/maintenance-window.ts";
import { instantOf } from "../local-time.ts";
import type { TimeRange } from "../reporting/site-records.ts";
import { joinedWithin } from "../reporting/time-ranges.ts";
import { concernsSite, type MaintainedSite } from "./active-window.ts";
import { occurrencesOf } from "./occurrences.ts";

/** A window as it was in force for a time. Instants are milliseconds since the epoch. */
export interface RecordedWindow {
  readonly window: MaintenanceWindow;
  /** Null for a window that counts from its start, also where that was before it was added. */
  readonly fromMs: number | null;
  /** Null for a window that is in force. */
  readonly toMs: number | null;
}

interface NamedRange extends TimeRange {
  readonly name: string;
}

export interface MaintenanceTimes {
  /** The occurrences that concern a site, by start; they may overlap. */
  occurrences(site: MaintainedSite): readonly NamedRange[];
  /** The time that a site was in maintenance: in order, not overlapping. */
  of(site: MaintainedSite): readonly TimeRange[];
}

/** A window that recurs every hour has so many occurrences in more than a year. */
const MOST_OCCURRENCES = 10_000;

/** The maintenance of all sites within a range. Each window is looked at once, however many sites there are. */
export function maintenanceTimes(windows: readonly RecordedWindow[], range: TimeRange): MaintenanceTimes {
  const known = windows
    .map((recorded) => ({ window: recorded.window, ranges: rangesOf(recorded, range) }))
    .filter(({ ranges }) => ranges.length > 0);
  const joinedBySelection = new Map<string, readonly TimeRange[]>();
  const concerning = (site: MaintainedSite) =>
    [...known.entries()].filter(([, { window }]) => concernsSite(window, site));
  return {
    occurrences: (site) =>
      concerning(site)
        .flatMap(([, { ranges }]) => ranges)
        .sort((a, b) => a.fromMs - b.fromMs),
    of(site) {
      const chosen = concerning(site);
      const selection = chosen.map(([index]) => index).join();
      const joined =
        joinedBySelection.get(selection) ??
        joinedWithin(
          chosen.flatMap(([, { ranges }]) => ranges),
          range,
        );
      joinedBySelection.set(selection, joined);
      return joined;
    },
  };
}

function rangesOf({ window, fromMs, toMs }: RecordedWindow, range: TimeRange): readonly NamedRange[] {
  const inForce = {
    fromMs: Math.max(range.fromMs, fromMs ?? Number.NEGATIVE_INFINITY),
    toMs: Math.min(range.toMs, toMs ?? Number.POSITIVE_INFINITY),
  };
  if (inForce.fromMs >= inForce.toMs) return [];
  return occurrencesOf([window], { ...inForce, mostPerWindow: MOST_OCCURRENCES }).map((occurrence) => ({
    name: window.name,
    fromMs: Math.max(occurrence.fromMs, fromMs ?? occurrence.fromMs),
    toMs: Math.min(occurrence.untilMs, toMs ?? occurrence.untilMs),
  }));
}

/**
 * Whether what a window was until now is kept when `next` replaces it; null removes it. It is kept once it has begun. The
 * times of a one-off window can be corrected afterwards, to times in the past.
 */
export function keepsFormer(
  former: MaintenanceWindow,
  next: MaintenanceWindow | null,
  nowMs: number,
): boolean {
  if (!hasBegun(former, nowMs)) return false;
  const corrects =
    former.rrule === undefined && next !== null && next.rrule === undefined && hasBegun(next, nowMs);
  return !corrects;
}

function hasBegun({ start, timezone }: MaintenanceWindow, nowMs: number): boolean {
  return instantOf(Date.parse(`${start}Z`), timezone) <= nowMs;
}

/** Determines whether a site is in planned maintenance at an instant, and until when. */
import type { MaintenanceWindow } from "../../contract/alerting/maintenance-window.ts";
import { instantOf, wallClockOf } from "../local-time.ts";
import { localRecurrenceOf } from "./local-recurrence.ts";

/** The properties of a site that a window can match. */
export interface MaintainedSite {
  readonly siteId: string;
  readonly siteName: string | null;
  readonly url: string;
  readonly tags: readonly string[];
}

export interface ActiveWindow {
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly untilMs: number;
}

/** Returns the active window of the site that ends last; null when no window is active at that instant. */
export function activeWindow(
  windows: readonly MaintenanceWindow[],
  site: MaintainedSite,
  atMs: number,
): ActiveWindow | null {
  let active: ActiveWindow | null = null;
  for (const window of windows) {
    if (!concernsSite(window, site)) continue;
    const untilMs = endOfOccurrence(window, atMs);
    if (untilMs !== null && untilMs > (active?.untilMs ?? 0)) active = { name: window.name, untilMs };
  }
  return active;
}

/** Returns whether a site is in maintenance at an instant, for many sites: each window is looked at once. */
export function maintainedAt(
  windows: readonly MaintenanceWindow[],
  atMs: number,
): ((site: MaintainedSite) => boolean) | null {
  const active = windows.filter((window) => endOfOccurrence(window, atMs) !== null);
  return active.length === 0 ? null : (site) => active.some((window) => concernsSite(window, site));
}

/** Whether a window is for a site. */
export function concernsSite({ tags, sites }: MaintenanceWindow, site: MaintainedSite): boolean {
  if (tags.length === 0 && sites.length === 0) return true;
  const names = [site.siteId, site.siteName, site.url];
  return tags.some((tag) => site.tags.includes(tag)) || sites.some((name) => names.includes(name));
}

/** Upper bound of one change of a time zone's UTC offset. */
const LARGEST_CHANGE_MS = 3 * 3_600_000;

/** Durations are elapsed time: an hour that spans a change of the clocks still lasts one hour. */
function endOfOccurrence(window: MaintenanceWindow, atMs: number): number | null {
  const recurrence = localRecurrenceOf(window);
  let start = recurrence.previous(new Date(wallClockOf(atMs, window.timezone) + LARGEST_CHANGE_MS), true);
  while (start !== null) {
    const startMs = instantOf(start.epochMilliseconds, window.timezone);
    if (startMs <= atMs) return startMs + window.duration > atMs ? startMs + window.duration : null;
    start = recurrence.previous(new Date(start.epochMilliseconds), false);
  }
  return null;
}

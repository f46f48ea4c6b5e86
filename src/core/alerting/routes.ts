/** Which routes an incident takes: the first that matches, and those after it where it says `continue`. */
import { type Route, type RouteMatch, weekdays } from "../../contract/alert-settings.ts";
import type { Severity } from "../../contract/incident-event.ts";
import { wallClockOf } from "../local-time.ts";

/** What a route may ask of an incident. */
export interface Routed {
  readonly siteId: string;
  readonly siteName: string | null;
  readonly url: string;
  readonly tags: readonly string[];
  readonly severity: Severity;
}

export interface RouteVerdict {
  readonly route: Route;
  /** Its place among the routes, from 0. */
  readonly index: number;
  readonly taken: boolean;
  /** In words: why it is taken or not. */
  readonly reason: string;
}

export function routesFor(routes: readonly Route[], incident: Routed, atMs: number): readonly Route[] {
  return explainRoutes(routes, incident, atMs).flatMap(({ route, taken }) => (taken ? [route] : []));
}

/** Every route in order, with why it is taken or not. */
export function explainRoutes(
  routes: readonly Route[],
  incident: Routed,
  atMs: number,
): readonly RouteVerdict[] {
  let decidedBy: number | null = null;
  return routes.map((route, index) => {
    if (decidedBy !== null) {
      return { route, index, taken: false, reason: `route ${decidedBy + 1} decides already` };
    }
    const mismatch = mismatchOf(route.match, incident, atMs);
    if (mismatch !== null) return { route, index, taken: false, reason: mismatch };
    if (!route.continue) decidedBy = index;
    return {
      route,
      index,
      taken: true,
      reason: route.match === undefined ? "it takes all" : "all of it holds",
    };
  });
}

/** What does not hold, in words; null where all holds. */
function mismatchOf(match: RouteMatch | undefined, incident: Routed, atMs: number): string | null {
  if (match === undefined) return null;
  const { tag, site, severity } = match;
  if (tag !== undefined && !incident.tags.includes(tag)) return `the site does not have the tag "${tag}"`;
  if (site !== undefined && ![incident.siteId, incident.siteName, incident.url].includes(site)) {
    return `it is another site than "${site}"`;
  }
  if (severity !== undefined && incident.severity !== severity) return `the severity is ${incident.severity}`;
  return timeMismatchOf(match, atMs);
}

function timeMismatchOf({ days, from, to, timezone }: RouteMatch, atMs: number): string | null {
  const local = localTime(atMs, timezone);
  const said = `it is ${local.day} ${local.time} in ${timezone}`;
  // A span over midnight belongs to the day on which it begins.
  const overMidnight = from !== undefined && to !== undefined && to <= from;
  const isAfterMidnight = overMidnight && local.time < to;
  const day = isAfterMidnight ? dayBefore(local.day) : local.day;
  if (days !== undefined && !days.includes(day)) return said;
  if (overMidnight) return local.time >= from || isAfterMidnight ? null : said;
  if (from !== undefined && local.time < from) return said;
  if (to !== undefined && local.time >= to) return said;
  return null;
}

type Weekday = (typeof weekdays)[number];

/** The day of the week, and the time of day as `HH:MM`. */
function localTime(atMs: number, timeZone: string): { readonly day: Weekday; readonly time: string } {
  const wallClock = new Date(wallClockOf(atMs, timeZone));
  // Sunday is 0 to JavaScript.
  const day = weekdays[(wallClock.getUTCDay() + weekdays.length - 1) % weekdays.length] ?? "sunday";
  return { day, time: wallClock.toISOString().slice("YYYY-MM-DDT".length, "YYYY-MM-DDTHH:MM".length) };
}

function dayBefore(day: Weekday): Weekday {
  return weekdays[(weekdays.indexOf(day) + weekdays.length - 1) % weekdays.length] ?? day;
}

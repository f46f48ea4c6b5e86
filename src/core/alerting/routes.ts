/** Selects the routes of an incident: the first that matches, and the ones after it while `continue` is set. */
import { type Route, type RouteMatch, weekdays } from "../../contract/alert-settings.ts";
import type { Severity } from "../../contract/incident-event.ts";
import { wallClockOf } from "../local-time.ts";

/** The properties of an incident that a route can match. */
export interface Routed {
  readonly siteId: string;
  readonly siteName: string | null;
  readonly url: string;
  readonly tags: readonly string[];
  readonly severity: Severity;
}

export interface RouteVerdict {
  readonly route: Route;
  /** Index among the routes, from 0. */
  readonly index: number;
  readonly taken: boolean;
  /** Why the route is taken or not. */
  readonly reason: string;
}

/** Returns the routes that an incident takes at an instant, in order. */
export function routesFor(routes: readonly Route[], incident: Routed, atMs: number): readonly Route[] {
  return explainRoutes(routes, incident, atMs).flatMap(({ route, taken }) => (taken ? [route] : []));
}

/** Returns every route in order, each with the reason why it is taken or not. */
export function explainRoutes(
  routes: readonly Route[],
  incident: Routed,
  atMs: number,
): readonly RouteVerdict[] {
  let decidedBy: number | null = null;
  return routes.map((route, index) => {
    if (decidedBy !== null) {
      return { route, index, taken: false, reason: `route ${decidedBy + 1} matched first` };
    }
    const mismatch = mismatchOf(route.match, incident, atMs);
    if (mismatch !== null) return { route, index, taken: false, reason: mismatch };
    if (!route.continue) decidedBy = index;
    return {
      route,
      index,
      taken: true,
      reason: route.match === undefined ? "it matches every incident" : "every condition matches",
    };
  });
}

/** The condition that does not match, as text; null when all match. */
function mismatchOf(match: RouteMatch | undefined, incident: Routed, atMs: number): string | null {
  if (match === undefined) return null;
  const { tag, site, severity } = match;
  if (tag !== undefined && !incident.tags.includes(tag)) return `the site does not have the tag "${tag}"`;
  if (site !== undefined && ![incident.siteId, incident.siteName, incident.url].includes(site)) {
    return `the site is not "${site}"`;
  }
  if (severity !== undefined && incident.severity !== severity) return `the severity is ${incident.severity}`;
  return timeMismatchOf(match, atMs);
}

function timeMismatchOf({ days, from, to, timezone }: RouteMatch, atMs: number): string | null {
  const local = localTime(atMs, timezone);
  const mismatch = `it is ${local.day} ${local.time} in ${timezone}`;
  // A period that crosses midnight belongs to the day on which it begins.
  const overMidnight = from !== undefined && to !== undefined && to <= from;
  const isAfterMidnight = overMidnight && local.time < to;
  const day = isAfterMidnight ? dayBefore(local.day) : local.day;
  if (days !== undefined && !days.includes(day)) return mismatch;
  if (overMidnight) return local.time >= from || isAfterMidnight ? null : mismatch;
  if (from !== undefined && local.time < from) return mismatch;
  if (to !== undefined && local.time >= to) return mismatch;
  return null;
}

type Weekday = (typeof weekdays)[number];

/** The day of the week, and the time of day as `HH:MM`. */
function localTime(atMs: number, timeZone: string): { readonly day: Weekday; readonly time: string } {
  const wallClock = new Date(wallClockOf(atMs, timeZone));
  // `getUTCDay` returns 0 for Sunday; `weekdays` begins with Monday.
  const day = weekdays[(wallClock.getUTCDay() + weekdays.length - 1) % weekdays.length] ?? "sunday";
  return { day, time: wallClock.toISOString().slice("YYYY-MM-DDT".length, "YYYY-MM-DDTHH:MM".length) };
}

function dayBefore(day: Weekday): Weekday {
  return weekdays[(weekdays.indexOf(day) + weekdays.length - 1) % weekdays.length] ?? day;
}

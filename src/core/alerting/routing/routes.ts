/**
 * Selects the routes of an incident in a tree. A route matches when its own conditions and those of the routes above it
 * match. Among the routes of one level, the first that matches decides, and the ones after it are tried while `continue`
 * is set. A route below another inherits what it does not give itself. When none of the routes below a route matches, the
 * route itself is taken.
 */
import type { Grouping, RouteMatch, RouteSettings } from "../../../contract/alerting/alert-settings.ts";
import type { IncidentKind, Severity } from "../../../contract/alerting/incident-event.ts";
import { isWithin, localTimeOf } from "./duty-times.ts";

/** The properties of an incident that a route can match. */
export interface Routed {
  readonly siteId: string;
  readonly siteName: string | null;
  readonly url: string;
  readonly tags: readonly string[];
  readonly severity: Severity;
  readonly kind: IncidentKind;
}

interface EscalationStep {
  readonly afterMs: number;
  readonly channels: readonly string[];
  readonly onCall: readonly string[];
}

/** A route with what it inherits. */
export interface Route {
  /** Its place in the tree, such as `2.1`: the first route below the second one. */
  readonly path: string;
  /** Names of channels. Both lists are empty for a route that only holds others. */
  readonly channels: readonly string[];
  /** Names of rotations. */
  readonly onCall: readonly string[];
  readonly waitMs: number;
  readonly groupBy: readonly Grouping[];
  /** Null for no reminders. */
  readonly repeatEveryMs: number | null;
  readonly escalate: readonly EscalationStep[];
}

export interface RouteVerdict {
  readonly route: Route;
  readonly taken: boolean;
  /** Why the route is taken or not. */
  readonly reason: string;
}

const DEFAULT_WAIT_MS = 30_000;

const ROOT: Omit<Route, "path"> = {
  channels: [],
  onCall: [],
  waitMs: DEFAULT_WAIT_MS,
  groupBy: [],
  repeatEveryMs: null,
  escalate: [],
};

/** Returns the routes that an incident takes at an instant, in order. */
export function routesFor(
  routes: readonly RouteSettings[],
  incident: Routed,
  atMs: number,
): readonly Route[] {
  return explainRoutes(routes, incident, atMs).flatMap(({ route, taken }) => (taken ? [route] : []));
}

/** Returns every route in order, a route before the ones below it, each with the reason why it is taken or not. */
export function explainRoutes(
  routes: readonly RouteSettings[],
  incident: Routed,
  atMs: number,
): readonly RouteVerdict[] {
  return explainLevel(routes, { ...ROOT, path: "" }, { incident, atMs, ruledOut: null });
}

interface Question {
  readonly incident: Routed;
  readonly atMs: number;
  /** Why no route of this level can be taken; null when they can. */
  readonly ruledOut: string | null;
}

function explainLevel(
  routes: readonly RouteSettings[],
  above: Route,
  question: Question,
): readonly RouteVerdict[] {
  let { ruledOut } = question;
  return routes.flatMap((settings, index) => {
    const route = inherited(settings, above, `${above.path === "" ? "" : `${above.path}.`}${index + 1}`);
    const verdicts = explainOne(settings, route, { ...question, ruledOut });
    const isTaken = verdicts.some(({ taken }) => taken);
    if (isTaken && !settings.continue) ruledOut = `route ${route.path} matched first`;
    return verdicts;
  });
}

function explainOne(settings: RouteSettings, route: Route, question: Question): readonly RouteVerdict[] {
  const { incident, atMs, ruledOut } = question;
  const { match, routes = [] } = settings;
  const mismatch = ruledOut ?? mismatchOf(match, incident, atMs);
  const below = explainLevel(routes, route, { ...question, ruledOut: mismatch });
  const verdict = (taken: boolean, reason: string): RouteVerdict => ({ route, taken, reason });
  const taken = below.find((other) => other.taken);
  if (mismatch !== null) return [verdict(false, mismatch), ...below];
  if (taken !== undefined) return [verdict(false, `route ${taken.route.path} is more specific`), ...below];
  if (route.channels.length + route.onCall.length === 0)
    return [verdict(false, "it names no channel of its own"), ...below];
  return [
    verdict(true, match === undefined ? "it matches every incident" : "every condition matches"),
    ...below,
  ];
}

function inherited(settings: RouteSettings, above: Route, path: string): Route {
  const { channels, onCall, wait, groupBy, repeatEvery, escalate } = settings;
  const named = channels === undefined && onCall === undefined ? above : { channels, onCall };
  return {
    path,
    channels: named.channels ?? [],
    onCall: named.onCall ?? [],
    waitMs: wait ?? above.waitMs,
    groupBy: groupBy ?? above.groupBy,
    repeatEveryMs: repeatEvery ?? above.repeatEveryMs,
    escalate:
      escalate?.map((step) => ({
        afterMs: step.after,
        channels: step.channels ?? [],
        onCall: step.onCall ?? [],
      })) ?? above.escalate,
  };
}

/** The condition that does not match, as text; null when all match. */
function mismatchOf(match: RouteMatch | undefined, incident: Routed, atMs: number): string | null {
  if (match === undefined) return null;
  const { tag, site, severity, kind, timezone } = match;
  if (tag !== undefined && !incident.tags.includes(tag)) return `the site does not have the tag "${tag}"`;
  if (site !== undefined && ![incident.siteId, incident.siteName, incident.url].includes(site)) {
    return `the site is not "${site}"`;
  }
  if (severity !== undefined && incident.severity !== severity) return `the severity is ${incident.severity}`;
  if (kind !== undefined && incident.kind !== kind) return `the kind is ${incident.kind}`;
  const local = localTimeOf(atMs, timezone);
  return isWithin(match, local) ? null : `it is ${local.day} ${local.time} in ${timezone}`;
}

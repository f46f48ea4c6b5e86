/** What a status page has to announce: updates of notices, detected incidents, planned maintenance. */

import { DAY_MS } from "../../../contract/duration.ts";
import type { NoticeState } from "../../../contract/settings/status-page.ts";
import type { IncidentView, MaintenanceView, StatusPageView } from "../page-view.ts";
import type { Announcement } from "./ports.ts";

/** After so long nobody needs to be told any more. */
const ANNOUNCED_LATE_MS = 7 * DAY_MS;
/** Maintenance that recurs is announced so long ahead; one that takes place once, when it is planned. */
const RECURRING_AHEAD_MS = DAY_MS;

export function announcementsOf(view: StatusPageView): readonly Announcement[] {
  const earliestMs = view.readAtMs - ANNOUNCED_LATE_MS;
  const incidents = [...view.openIncidents, ...view.pastIncidents].flatMap(ofIncident);
  const maintenance = view.plannedMaintenance
    .filter(({ recurring, fromMs }) => !recurring || fromMs <= view.readAtMs + RECURRING_AHEAD_MS)
    .map(ofMaintenance);
  return [...incidents, ...maintenance].filter(({ atMs }) => atMs === null || atMs >= earliestMs);
}

/** A detected incident is announced when it begins and when it ends. */
function ofIncident(incident: IncidentView): readonly Announcement[] {
  const { id, title, sinceMs, resolvedAtMs, updates } = incident;
  if (title !== null) {
    return updates.map(({ position, state, text, atMs }) =>
      announcement(incident, { event: `notice:${id}:${position}`, state, text, atMs }),
    );
  }
  const began = { event: `incident:${id}:began`, state: "investigating", text: null, atMs: sinceMs } as const;
  if (resolvedAtMs === null) return [announcement(incident, began)];
  const ended = { event: `incident:${id}:ended`, state: "resolved", text: null, atMs: resolvedAtMs } as const;
  return [announcement(incident, began), announcement(incident, ended)];
}

function announcement(
  { id, title, impact, sites, siteIds }: IncidentView,
  {
    event,
    ...step
  }: {
    readonly event: string;
    readonly state: NoticeState;
    readonly text: string | null;
    readonly atMs: number;
  },
): Announcement {
  const content = { kind: "incident", id, title, impact, sites, ...step } as const;
  return { event, atMs: step.atMs, siteIds, content };
}

function ofMaintenance({ id, name, sites, siteIds, fromMs, untilMs }: MaintenanceView): Announcement {
  const content = { kind: "maintenance", id, title: name, sites, fromMs, untilMs } as const;
  return { event: id, atMs: null, siteIds, content };
}

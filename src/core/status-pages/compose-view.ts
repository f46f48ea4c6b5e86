/** Composes the view of a status page from what the database knows of its sites. */

import type { MaintenanceWindow } from "../../contract/alerting/maintenance-window.ts";
import { DAY_MS } from "../../contract/duration.ts";
import type { NoticeImpact, StatusPage } from "../../contract/settings/status-page.ts";
import type { Incident } from "../incidents/ports.ts";
import { activeWindow, concernsSite } from "../maintenance-windows/active-window.ts";
import { type Occurrence, occurrencesOf } from "../maintenance-windows/occurrences.ts";
import type {
  GroupView,
  IncidentView,
  MaintenanceView,
  SiteStanding,
  SiteView,
  StatusPageView,
} from "./page-view.ts";
import type { Notice } from "./ports.ts";
import type { PublishedSite, SiteKnowledge } from "./site-knowledge.ts";
import { dayView, pageStanding, uptimeOf } from "./standing.ts";

/** Maintenance is announced this long ahead. */
const ANNOUNCED_MS = 30 * DAY_MS;
const MOST_OCCURRENCES_PER_WINDOW = 5;

export interface PageKnowledge {
  readonly page: StatusPage;
  readonly nowMs: number;
  /** The sites of the page, in any order. Sites that the page names and that do not exist are not shown. */
  readonly sites: readonly SiteKnowledge[];
  /** Detected incidents of these sites within the days of the page, newest first. */
  readonly incidents: readonly Incident[];
  readonly notices: readonly Notice[];
  readonly windows: readonly MaintenanceWindow[];
}

/** One site in one place of the page. */
interface Placed {
  readonly knowledge: SiteKnowledge;
  readonly name: string;
  readonly description: string | null;
}

export function composeView(knowledge: PageKnowledge): StatusPageView {
  const { page, nowMs, windows } = knowledge;
  const groups = page.groups.map((group) => ({
    name: group.name ?? null,
    placed: placedSites(group, knowledge.sites),
  }));
  const names = new Map(
    groups.flatMap(({ placed }) => placed.map(({ knowledge: { site }, name }) => [site.id, name] as const)),
  );
  const shown = knowledge.sites.map(({ site }) => site).filter(({ id }) => names.has(id));
  const open = openIncidentsBySite(knowledge.incidents);
  const keys = new Set<string>();
  const groupViews: readonly GroupView[] = groups.map(({ name, placed }) => ({
    name,
    sites: placed.map((place) => siteView(place, knowledge, open, keys)),
  }));
  const occurrences = shownOccurrences(windows, shown, nowMs);
  const view = (occurrence: Occurrence): MaintenanceView => maintenanceView(occurrence, shown, names);
  const incidents = incidentViews(knowledge, names);
  return {
    page,
    readAtMs: nowMs,
    standing: pageStanding(groupViews.flatMap(({ sites }) => sites.map(({ standing }) => standing))),
    groups: groupViews,
    missing: missingSites(page, knowledge.sites),
    openIncidents: incidents.filter(({ resolvedAtMs }) => resolvedAtMs === null),
    pastIncidents: incidents.filter(({ resolvedAtMs }) => resolvedAtMs !== null),
    activeMaintenance: occurrences.filter(({ fromMs }) => fromMs <= nowMs).map(view),
    plannedMaintenance: occurrences.filter(({ fromMs }) => fromMs > nowMs).map(view),
  };
}

/** Finds a site by id, name or URL, as everywhere. */
export function isNamed(site: Pick<PublishedSite, "id" | "name" | "url">, name: string): boolean {
  return site.id === name.toLowerCase() || site.name === name || site.url === name;
}

function placedSites(
  { sites, tags }: StatusPage["groups"][number],
  known: readonly SiteKnowledge[],
): readonly Placed[] {
  const listed = sites.flatMap(({ site: wanted, name, description }) => {
    const knowledge = known.find(({ site }) => isNamed(site, wanted));
    if (knowledge === undefined) return [];
    return [{ knowledge, name: name ?? nameOf(knowledge.site), description: description ?? null }];
  });
  const listedIds = new Set(listed.map(({ knowledge }) => knowledge.site.id));
  const tagged = known
    .filter(({ site }) => !listedIds.has(site.id) && site.tags.some((tag) => tags.includes(tag)))
    .map((knowledge) => ({ knowledge, name: nameOf(knowledge.site), description: null }))
    .sort((a, b) => a.name.localeCompare(b.name));
  return [...listed, ...tagged];
}

function missingSites({ groups }: StatusPage, known: readonly SiteKnowledge[]): readonly string[] {
  const named = groups.flatMap(({ sites }) => sites.map(({ site }) => site));
  return named.filter((name) => !known.some(({ site }) => isNamed(site, name)));
}

/** A site without a name is shown by its host: an address may hold what is not for the public. */
function nameOf(site: PublishedSite): string {
  return site.name ?? new URL(site.url).host;
}

function siteView(
  { knowledge, name, description }: Placed,
  { page, nowMs, windows }: PageKnowledge,
  open: ReadonlyMap<string, readonly Incident[]>,
  keys: Set<string>,
): SiteView {
  const { site, days, responseTimeMs } = knowledge;
  const inMaintenance = activeWindow(windows, maintainedSite(site), nowMs) !== null;
  return {
    siteId: site.id,
    key: uniqueKey(name, keys),
    name,
    description,
    standing: standingOf(knowledge, open.get(site.id) ?? [], inMaintenance),
    ...uptimeOf(days),
    days: days.map(dayView),
    responseTimeMs: page.responseTimes ? responseTimeMs : null,
  };
}

const maintainedSite = ({ id, name, url, tags }: PublishedSite) => ({
  siteId: id,
  siteName: name,
  url,
  tags,
});

/** Incidents decide, and not single results: what is shown to the public is confirmed. */
function standingOf(
  { site, verdict }: SiteKnowledge,
  open: readonly Incident[],
  inMaintenance: boolean,
): SiteStanding {
  if (!site.enabled) return "paused";
  if (inMaintenance) return "maintenance";
  if (open.some(({ kind, severity }) => kind === "site" && severity === "down")) return "down";
  if (open.some(({ kind }) => kind === "site")) return "degraded";
  if (open.some(({ kind }) => kind === "not_observed")) return "not observed";
  return verdict === null ? "pending" : "operational";
}

function openIncidentsBySite(incidents: readonly Incident[]): ReadonlyMap<string, readonly Incident[]> {
  return Map.groupBy(
    incidents.filter(({ state }) => state !== "resolved"),
    ({ siteId }) => siteId,
  );
}

function uniqueKey(name: string, keys: Set<string>): string {
  const plain = keyOf(name) || "site";
  let key = plain;
  for (let n = 2; keys.has(key); n += 1) key = `${plain}-${n}`;
  keys.add(key);
  return key;
}

function keyOf(name: string): string {
  return name
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, 60);
}

function shownOccurrences(
  windows: readonly MaintenanceWindow[],
  shown: readonly PublishedSite[],
  nowMs: number,
): readonly Occurrence[] {
  const concerning = windows.filter((window) =>
    shown.some((site) => concernsSite(window, maintainedSite(site))),
  );
  const span = {
    fromMs: nowMs,
    toMs: nowMs + ANNOUNCED_MS,
    mostPerWindow: MOST_OCCURRENCES_PER_WINDOW,
  };
  return occurrencesOf(concerning, span);
}

function maintenanceView(
  { window, fromMs, untilMs }: Occurrence,
  shown: readonly PublishedSite[],
  names: ReadonlyMap<string, string>,
): MaintenanceView {
  const concerned = shown.filter((site) => concernsSite(window, maintainedSite(site)));
  return {
    id: `maintenance-${fromMs}-${keyOf(window.name)}`,
    name: window.name,
    sites: concerned.length === shown.length ? [] : concerned.map(({ id }) => names.get(id) ?? ""),
    siteIds: concerned.length === shown.length ? [] : concerned.map(({ id }) => id),
    recurring: window.rrule !== undefined,
    fromMs,
    untilMs,
  };
}

/** Notices of people, and detected incidents that no notice is about. */
function incidentViews(
  { page, incidents, notices }: PageKnowledge,
  names: ReadonlyMap<string, string>,
): readonly IncidentView[] {
  const written = new Set(notices.map(({ incidentId }) => incidentId));
  // An incident behind another one is told with it, but only where the page shows that one.
  const shownParents = new Set(incidents.filter(({ kind }) => kind === "site").map(({ id }) => id));
  const isToldByParent = ({ parentId }: Incident): boolean => parentId !== null && shownParents.has(parentId);
  const detected = page.detectedIncidents
    ? incidents.filter(
        (incident) => incident.kind === "site" && !isToldByParent(incident) && !written.has(incident.id),
      )
    : [];
  const views = [
    ...notices.map((notice) => noticeView(notice, names)),
    ...detected.map((incident) => detectedView(incident, names)),
  ];
  return views.sort((a, b) => b.sinceMs - a.sinceMs);
}

function noticeView(notice: Notice, names: ReadonlyMap<string, string>): IncidentView {
  return {
    id: notice.id,
    title: notice.title,
    impact: notice.impact,
    sites: notice.siteIds.flatMap((id) => names.get(id) ?? []),
    siteIds: notice.siteIds,
    sinceMs: notice.sinceMs,
    resolvedAtMs: notice.resolvedAtMs,
    updates: notice.updates
      .map(({ position, state, text, atMs }) => ({ position, state, text, atMs }))
      .toReversed(),
  };
}

function detectedView(incident: Incident, names: ReadonlyMap<string, string>): IncidentView {
  const impact: NoticeImpact = incident.severity === "down" ? "major" : "minor";
  return {
    id: incident.id,
    title: null,
    impact,
    sites: [names.get(incident.siteId) ?? ""],
    siteIds: [incident.siteId],
    sinceMs: incident.sinceMs,
    resolvedAtMs: incident.resolvedAtMs === null ? null : (incident.goodSinceMs ?? incident.resolvedAtMs),
    updates: [],
  };
}

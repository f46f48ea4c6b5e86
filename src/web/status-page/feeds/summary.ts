/**
 * The status of a page as JSON in the form of Atlassian Statuspage's `summary.json`, which many programs read
 * (https://metastatuspage.com/api/v2). `uptime` and `coverage` are added.
 */
import type { NoticeImpact } from "../../../contract/settings/status-page.ts";
import type {
  IncidentView,
  MaintenanceView,
  PageStanding,
  SiteStanding,
  SiteView,
  StatusPageView,
} from "../../../core/status-pages/page-view.ts";
import { titleOf } from "../rendering/page.ts";
import { type Words, wordsOf } from "../rendering/words.ts";

const componentStatus: Readonly<Record<SiteStanding, string>> = {
  operational: "operational",
  degraded: "degraded_performance",
  down: "major_outage",
  maintenance: "under_maintenance",
  // The form has no word for what is not known; claiming "operational" would be worse.
  "not observed": "degraded_performance",
  pending: "operational",
  paused: "operational",
};

const indicators: Readonly<Record<PageStanding, NoticeImpact | "maintenance">> = {
  operational: "none",
  degraded: "minor",
  "partial outage": "major",
  "major outage": "critical",
  maintenance: "maintenance",
  unknown: "minor",
};

export function summary(view: StatusPageView, url: string): object {
  const { page, groups, standing, readAtMs, activeMaintenance, plannedMaintenance } = view;
  const words = wordsOf(page.language);
  const components = componentsOf(view);
  const bySite = new Map(components.flatMap((each) => (each.group ? [] : [[each.id, each] as const])));
  const frame = { url, words, pageId: page.slug, readAt: instantOf(readAtMs), bySite };
  const shown = groups.flatMap(({ sites }) => sites.map(({ siteId }) => siteId));
  return {
    page: { id: page.slug, name: page.title, url, time_zone: "Etc/UTC", updated_at: frame.readAt },
    status: { indicator: indicators[standing], description: words.page[standing] },
    components,
    incidents: view.openIncidents.map((incident) => incidentOf(incident, frame)),
    scheduled_maintenances: [
      ...activeMaintenance.map((window) => maintenanceOf(window, "in_progress", { ...frame, shown })),
      ...plannedMaintenance.map((window) => maintenanceOf(window, "scheduled", { ...frame, shown })),
    ],
  };
}

interface Component {
  readonly id: string;
  readonly group: boolean;
}

/** What the parts of a summary share. */
interface Frame {
  readonly url: string;
  readonly words: Words;
  readonly pageId: string;
  readonly readAt: string;
  readonly bySite: ReadonlyMap<string, Component>;
}

/** Named groups are components too, which come before their sites. */
function componentsOf({ page, groups, readAtMs }: StatusPageView): readonly Component[] {
  const readAt = instantOf(readAtMs);
  const shared = {
    created_at: readAt,
    updated_at: readAt,
    showcase: false,
    start_date: null,
    page_id: page.slug,
    only_show_if_degraded: false,
  };
  return groups.flatMap(({ name, sites }, index) => {
    const groupId = name === null ? null : `${page.slug}-${index + 1}`;
    const members = sites.map((site, place) => ({
      ...shared,
      id: site.siteId,
      name: site.name,
      status: componentStatus[site.standing],
      description: site.description,
      position: place + 1,
      group: false,
      group_id: groupId,
      uptime: site.uptime,
      coverage: site.coverage,
    }));
    if (groupId === null) return members;
    const group = {
      ...shared,
      id: groupId,
      name,
      status: groupStatus(sites),
      description: null,
      position: index + 1,
      group: true,
      group_id: null,
      components: sites.map(({ siteId }) => siteId),
    };
    return [group, ...members];
  });
}

function groupStatus(sites: readonly SiteView[]): string {
  const statuses = sites.map(({ standing }) => componentStatus[standing]);
  const down = statuses.filter((status) => status === "major_outage").length;
  if (down > 0) return down === statuses.length ? "major_outage" : "partial_outage";
  const rest = ["degraded_performance", "under_maintenance"];
  return rest.find((status) => statuses.includes(status)) ?? "operational";
}

function incidentOf(incident: IncidentView, frame: Frame): object {
  const { id, impact, sinceMs, resolvedAtMs, updates, siteIds } = incident;
  const { url, words, pageId } = frame;
  const [newest] = updates;
  const monitoring = updates.find(({ state }) => state === "monitoring");
  return {
    id,
    name: titleOf(incident, words),
    status: newest?.state ?? (resolvedAtMs === null ? "investigating" : "resolved"),
    impact,
    shortlink: `${url}#${id}`,
    started_at: instantOf(sinceMs),
    created_at: instantOf(sinceMs),
    updated_at: instantOf(newest?.atMs ?? resolvedAtMs ?? sinceMs),
    monitoring_at: monitoring === undefined ? null : instantOf(monitoring.atMs),
    resolved_at: resolvedAtMs === null ? null : instantOf(resolvedAtMs),
    page_id: pageId,
    components: siteIds.flatMap((siteId) => frame.bySite.get(siteId) ?? []),
    incident_updates: updates.map(({ position, state, text, atMs }) => ({
      id: `${id}-${position}`,
      status: state,
      body: text,
      incident_id: id,
      created_at: instantOf(atMs),
      updated_at: instantOf(atMs),
      display_at: instantOf(atMs),
    })),
  };
}

function maintenanceOf(
  { id, name, siteIds, fromMs, untilMs }: MaintenanceView,
  status: "scheduled" | "in_progress",
  { url, pageId, readAt, bySite, shown }: Frame & { readonly shown: readonly string[] },
): object {
  const concerned = siteIds.length === 0 ? shown : siteIds;
  return {
    id,
    name,
    status,
    impact: "maintenance",
    shortlink: `${url}#${id}`,
    started_at: instantOf(fromMs),
    created_at: readAt,
    updated_at: readAt,
    monitoring_at: null,
    resolved_at: null,
    page_id: pageId,
    scheduled_for: instantOf(fromMs),
    scheduled_until: instantOf(untilMs),
    components: concerned.flatMap((siteId) => bySite.get(siteId) ?? []),
    incident_updates: [],
  };
}

function instantOf(atMs: number): string {
  return new Date(atMs).toISOString();
}

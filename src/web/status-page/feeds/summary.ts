/** The status of a page as JSON in the form of Atlassian Statuspage's `summary.json`, which many programs read. */
import type { NoticeImpact } from "../../../contract/settings/status-page.ts";
import type {
  IncidentView,
  MaintenanceView,
  PageStanding,
  SiteStanding,
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
  const { page, groups, standing, readAtMs } = view;
  const words = wordsOf(page.language);
  const readAt = new Date(readAtMs).toISOString();
  return {
    page: { id: page.slug, name: page.title, url, time_zone: "Etc/UTC", updated_at: readAt },
    status: { indicator: indicators[standing], description: words.page[standing] },
    components: groups.flatMap(({ sites }, position) =>
      sites.map((site, index) => ({
        id: site.siteId,
        name: site.name,
        status: componentStatus[site.standing],
        description: site.description,
        position: index + 1,
        group: false,
        group_id: `${page.slug}-${position + 1}`,
        updated_at: readAt,
        page_id: page.slug,
        uptime: site.uptime,
        coverage: site.coverage,
      })),
    ),
    incidents: view.openIncidents.map((incident) => incidentOf(incident, words, url)),
    scheduled_maintenances: [
      ...view.activeMaintenance.map((window) => maintenanceOf(window, "in_progress")),
      ...view.plannedMaintenance.map((window) => maintenanceOf(window, "scheduled")),
    ],
  };
}

function incidentOf(incident: IncidentView, words: Words, url: string): object {
  const { id, impact, sinceMs, resolvedAtMs, updates, sites } = incident;
  const [newest] = updates;
  return {
    id,
    name: titleOf(incident, words),
    status: newest?.state ?? (resolvedAtMs === null ? "investigating" : "resolved"),
    impact,
    shortlink: `${url}#${id}`,
    started_at: new Date(sinceMs).toISOString(),
    created_at: new Date(sinceMs).toISOString(),
    updated_at: new Date(newest?.atMs ?? resolvedAtMs ?? sinceMs).toISOString(),
    resolved_at: resolvedAtMs === null ? null : new Date(resolvedAtMs).toISOString(),
    components: sites.map((name) => ({ name })),
    incident_updates: updates.map(({ state, text, atMs }) => ({
      status: state,
      body: text,
      created_at: new Date(atMs).toISOString(),
      incident_id: id,
    })),
  };
}

function maintenanceOf({ id, name, sites, fromMs, untilMs }: MaintenanceView, status: string): object {
  return {
    id,
    name,
    status,
    impact: "maintenance",
    scheduled_for: new Date(fromMs).toISOString(),
    scheduled_until: new Date(untilMs).toISOString(),
    components: sites.map((site) => ({ name: site })),
  };
}

/** Renders a status page as HTML that needs no script. */
import { html } from "ghtml";
import type {
  GroupView,
  IncidentView,
  MaintenanceView,
  SiteView,
  StatusPageView,
} from "../../../core/status-pages/page-view.ts";
import { dayBars } from "./day-bars.ts";
import { layout, type PageLinks } from "./layout.ts";
import { instant, percentage, spanOf } from "./numbers.ts";
import { type Words, wordsOf } from "./words.ts";

export interface RenderedPage {
  readonly view: StatusPageView;
  readonly links: PageLinks;
  /** True when the database could not be read again since: the page says so. */
  readonly stale: boolean;
}

export function renderStatusPage({ view, links, stale }: RenderedPage): string {
  const words = wordsOf(view.page.language);
  return layout({
    page: view.page,
    links,
    title: `${words.page[view.standing]} · ${view.page.title}`,
    content: [
      stale ? staleNote(view, words) : "",
      standingBanner(view, words),
      incidentSection(words.openIncidents, view.openIncidents, words),
      maintenanceSection(words.activeMaintenance, view.activeMaintenance, words),
      view.groups.map((group) => groupSection(group, view.page.days, words)).join(""),
      maintenanceSection(words.plannedMaintenance, view.plannedMaintenance, words),
      pastSection(view, words),
    ].join(""),
  });
}

/** Says how old a page is whose database cannot be read. */
export function staleNote({ readAtMs }: StatusPageView, words: Words): string {
  return html`<p class="stale" role="status">${words.stale} !${instant(readAtMs, words)}.</p>`;
}

function standingBanner({ standing, readAtMs }: StatusPageView, words: Words): string {
  const name = standing.replace(" ", "-");
  return html`<section class="standing ${name}"><h2><i class="mark ${name}"></i>${words.page[standing]}</h2><p>${words.readAt} !${instant(readAtMs, words)}</p></section>`;
}

function groupSection({ name, sites }: GroupView, days: number, words: Words): string {
  if (sites.length === 0) return "";
  const heading = name === null ? "" : html`<h2>${name}</h2>`;
  return html`<section class="group">!${heading}<ul>!${sites.map((site) => siteItem(site, words)).join("")}</ul><p class="axis"><span>${words.daysAgo(days)}</span><span>${words.today}</span></p></section>`;
}

function siteItem(site: SiteView, words: Words): string {
  const standing = site.standing.replace(" ", "-");
  const description = site.description === null ? "" : html`<p>${site.description}</p>`;
  const responseTime =
    site.responseTimeMs === null ? "" : html`<span>${Math.round(site.responseTimeMs)} ms</span>`;
  return html`<li><div class="line"><h3>${site.name}</h3><span class="state ${standing}"><i class="mark ${standing}"></i>${words.site[site.standing]}</span></div>!${description}!${dayBars(site.days, words)}<div class="figures"><span>!${uptimeText(site, words)}</span>!${responseTime}</div></li>`;
}

/** Uptime is never told without its coverage. */
function uptimeText({ uptime, coverage }: SiteView, words: Words): string {
  if (uptime === null) return html`${words.noResults}`;
  const up = words.uptime(percentage(uptime, words));
  return coverage === null ? html`${up}` : html`${up}, ${words.coverage(percentage(coverage, words))}`;
}

function incidentSection(heading: string, incidents: readonly IncidentView[], words: Words): string {
  if (incidents.length === 0) return "";
  return html`<section class="incidents"><h2>${heading}</h2>!${incidents.map((incident) => incidentArticle(incident, words)).join("")}</section>`;
}

export function titleOf(incident: IncidentView, words: Words): string {
  return incident.title ?? words.detected(incident.impact, incident.sites);
}

function incidentArticle(incident: IncidentView, words: Words): string {
  const { impact, sinceMs, resolvedAtMs, sites, updates, id } = incident;
  const when =
    resolvedAtMs === null
      ? html`${words.since} !${instant(sinceMs, words)}`
      : html`!${instant(sinceMs, words)} · ${words.lasted(spanOf(resolvedAtMs - sinceMs, words))}`;
  const affected = incident.title === null || sites.length === 0 ? "" : html` · ${words.affects(sites)}`;
  const steps = updates
    .map(
      ({ state, text, atMs }) =>
        html`<li><p><strong>${words.state[state]}</strong> !${instant(atMs, words)}</p><p class="text">${text}</p></li>`,
    )
    .join("");
  return html`<article id="${id}" class="incident ${impact}"><h3>${titleOf(incident, words)}</h3><p class="meta"><span class="impact">${words.impact[impact]}</span> · !${when}!${affected}</p>!${steps === "" ? "" : `<ol>${steps}</ol>`}</article>`;
}

function maintenanceSection(heading: string, windows: readonly MaintenanceView[], words: Words): string {
  if (windows.length === 0) return "";
  const items = windows.map(
    ({ id, name, sites, fromMs, untilMs }) =>
      html`<article id="${id}" class="incident maintenance"><h3>${name}</h3><p class="meta">!${instant(fromMs, words)} – !${instant(untilMs, words)} · ${words.affects(sites.length === 0 ? [words.allSites] : sites)}</p></article>`,
  );
  return html`<section class="incidents"><h2>${heading}</h2>!${items.join("")}</section>`;
}

function pastSection({ pastIncidents, page }: StatusPageView, words: Words): string {
  if (pastIncidents.length > 0) return incidentSection(words.pastIncidents, pastIncidents, words);
  return html`<section class="incidents"><h2>${words.pastIncidents}</h2><p class="none">${words.noPastIncidents(page.days)}</p></section>`;
}

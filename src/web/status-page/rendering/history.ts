/** The history page: each day of each site in numbers, for those who want more than bars. */
import { html } from "ghtml";
import type { DayView, SiteView } from "../../../core/status-pages/page-view.ts";
import { layout } from "./layout.ts";
import { percentage } from "./numbers.ts";
import { type RenderedPage, staleNote } from "./page.ts";
import { type Words, wordsOf } from "./words.ts";

export function renderHistory({ view, links, stale }: RenderedPage): string {
  const words = wordsOf(view.page.language);
  const sections = view.groups.flatMap(({ sites }) => sites.map((site) => siteSection(site, words)));
  return layout({
    page: view.page,
    links,
    title: `${words.history} · ${view.page.title}`,
    content: html`!${stale ? staleNote(view, words) : ""}<h2 class="page-title">${words.history}</h2>!${sections.join("")}`,
  });
}

/** Days without trouble and fully observed would only hide the others. */
function siteSection({ name, days }: SiteView, words: Words): string {
  const telling = days.filter(
    ({ standing, coverage }) =>
      standing !== "not due" && (standing !== "operational" || (coverage !== null && coverage < 1)),
  );
  const rows = telling.toReversed().map((day) => dayRow(day, words));
  const body =
    rows.length === 0
      ? html`<p class="none">${words.noPastIncidents(days.length)}</p>`
      : html`<div class="table" role="region" aria-label="${name}" tabindex="0"><table><tbody>!${rows.join("")}</tbody></table></div>`;
  return html`<section><h3>${name}</h3>!${body}</section>`;
}

function dayRow({ startMs, standing, uptime, coverage }: DayView, words: Words): string {
  const day = new Intl.DateTimeFormat(words.locale, { dateStyle: "medium", timeZone: "UTC" }).format(startMs);
  const up = uptime === null ? "–" : words.uptime(percentage(uptime, words));
  const observed = coverage === null ? "–" : words.coverage(percentage(coverage, words));
  return html`<tr><td>${day}</td><td>${words.day[standing]}</td><td>${up}</td><td>${observed}</td></tr>`;
}

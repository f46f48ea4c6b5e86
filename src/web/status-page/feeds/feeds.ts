/** The incidents of a status page as Atom (RFC 4287) and RSS 2.0: one entry for each update, newest first. */
import { Feed } from "feed";
import { html } from "ghtml";
import type { IncidentView, StatusPageView } from "../../../core/status-pages/page-view.ts";
import { titleOf } from "../rendering/page.ts";
import { wordsOf } from "../rendering/words.ts";

const MOST_ENTRIES = 100;

export interface FeedAddresses {
  /** Absolute addresses: a feed is read elsewhere. */
  readonly status: string;
  readonly atom: string;
  readonly rss: string;
}

interface Entry {
  readonly id: string;
  readonly atMs: number;
  readonly state: string;
  readonly text: string | null;
  readonly incident: IncidentView;
}

export function atomFeed(view: StatusPageView, addresses: FeedAddresses): string {
  return feedOf(view, addresses).atom1();
}

export function rssFeed(view: StatusPageView, addresses: FeedAddresses): string {
  return feedOf(view, addresses).rss2();
}

function feedOf(view: StatusPageView, { status, atom, rss }: FeedAddresses): Feed {
  const { page } = view;
  const words = wordsOf(page.language);
  const entries = [...view.openIncidents, ...view.pastIncidents]
    .flatMap((incident) => entriesOf(incident, words.state))
    .sort((a, b) => b.atMs - a.atMs)
    .slice(0, MOST_ENTRIES);
  const feed = new Feed({
    id: status,
    title: page.title,
    link: status,
    description: page.description ?? page.title,
    language: page.language,
    updated: new Date(entries[0]?.atMs ?? view.readAtMs),
    generator: "Sitewire",
    author: { name: page.title },
    feedLinks: { atom, rss },
  });
  for (const { id, atMs, state, text, incident } of entries) {
    const heading = titleOf(incident, words);
    const affected = incident.sites.length === 0 ? "" : html`<p>${words.affects(incident.sites)}</p>`;
    // Readers take titles, summaries and contents as HTML.
    const lines = html`${text ?? heading}`.replaceAll("\n", "<br>");
    feed.addItem({
      title: html`${state}: ${heading}`,
      id,
      guid: id,
      link: `${status}#${incident.id}`,
      date: new Date(atMs),
      published: new Date(atMs),
      content: html`<p>!${lines}</p>!${affected}`,
      description: lines,
    });
  }
  return feed;
}

/** A detected incident has two entries: its beginning and its end. */
function entriesOf(incident: IncidentView, states: Readonly<Record<string, string>>): readonly Entry[] {
  const { id, updates, sinceMs, resolvedAtMs } = incident;
  const entry = (name: string, atMs: number, state: string, text: string | null): Entry => ({
    id: `urn:uuid:${id}:${name}`,
    atMs,
    state,
    text,
    incident,
  });
  if (updates.length > 0) {
    return updates.map(({ state, text, atMs }) => entry(String(atMs), atMs, states[state] ?? state, text));
  }
  const began = entry("since", sinceMs, states.investigating ?? "", null);
  if (resolvedAtMs === null) return [began];
  return [began, entry("resolved", resolvedAtMs, states.resolved ?? "", null)];
}

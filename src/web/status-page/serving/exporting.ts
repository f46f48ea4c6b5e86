/**
 * Writes a status page as files, to be served elsewhere or opened from disk: the page lives when the server does not. All
 * addresses are relative.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { FailureError, messageOf } from "../../../contract/errors.ts";
import type { StatusPageView } from "../../../core/status-pages/page-view.ts";
import { readAssets } from "../assets.ts";
import { badge, badgeKinds } from "../feeds/badges.ts";
import { maintenanceCalendar } from "../feeds/maintenance-calendar.ts";
import { summary } from "../feeds/summary.ts";
import { accentStyles } from "../rendering/accent-styles.ts";
import { renderHistory } from "../rendering/history.ts";
import type { PageLinks } from "../rendering/layout.ts";
import { renderStatusPage } from "../rendering/page.ts";
import { wordsOf } from "../rendering/words.ts";

/** Returns the number of files. Throws `FailureError` when the folder cannot be written. */
export async function exportStatusPage(view: StatusPageView, folder: string): Promise<number> {
  const files = filesOf(view);
  try {
    for (const kind of ["", "badges"]) await mkdir(join(folder, kind), { recursive: true });
    for (const [name, content] of files) await writeFile(join(folder, name), content);
  } catch (error) {
    throw new FailureError(`the status page cannot be written to ${folder}: ${messageOf(error)}`);
  }
  return files.size;
}

function filesOf(view: StatusPageView): ReadonlyMap<string, string | Buffer> {
  const { page } = view;
  const links: PageLinks = {
    styles: "status-page.css",
    script: "status-page.js",
    accent: "accent.css",
    status: "index.html",
    history: "history.html",
    // Only a server takes subscriptions.
    subscribe: null,
    // Feeds need absolute addresses, which only a server has.
    feeds: [{ title: wordsOf(page.language).calendar, type: "text/calendar", href: "calendar.ics" }],
  };
  const files = new Map<string, string | Buffer>([
    ["index.html", renderStatusPage({ view, links, stale: false })],
    ["history.html", renderHistory({ view, links, stale: false })],
    ["summary.json", JSON.stringify(summary(view, "index.html"))],
    ["calendar.ics", maintenanceCalendar(view, page.slug)],
    ["accent.css", page.accent === undefined ? "" : accentStyles(page.accent)],
  ]);
  for (const [name, { body }] of readAssets()) files.set(name, body);
  for (const site of view.groups.flatMap(({ sites }) => sites)) {
    for (const kind of badgeKinds) files.set(`badges/${site.key}-${kind}.svg`, badge(kind, site, page));
  }
  return files;
}

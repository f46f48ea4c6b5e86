/** The addresses of status pages within a server. */
import { subscriptionKinds } from "../../../apps/operations/status-pages/subscriptions.ts";
import type { StatusPage } from "../../../contract/settings/status-page.ts";
import type { PageLinks } from "../rendering/layout.ts";
import { wordsOf } from "../rendering/words.ts";

export const ASSETS_PATH = "/status/assets";

export function pagePath(slug: string): string {
  return `/status/${slug}`;
}

/** The links of a page whose addresses begin with `base`: "" where the page has the host to itself. */
export function linksOf(page: StatusPage, base: string, assetsVersion: string): PageLinks {
  const { calendar } = wordsOf(page.language);
  return {
    styles: `${ASSETS_PATH}/status-page.css?${assetsVersion}`,
    script: `${ASSETS_PATH}/status-page.js?${assetsVersion}`,
    accent: `${base}/accent.css`,
    status: base === "" ? "/" : base,
    history: `${base}/history`,
    subscribe: subscriptionKinds(page).length === 0 ? null : `${base}/subscribe`,
    feeds: [
      { title: "Atom", type: "application/atom+xml", href: `${base}/feed.atom` },
      { title: "RSS", type: "application/rss+xml", href: `${base}/feed.rss` },
      { title: calendar, type: "text/calendar", href: `${base}/calendar.ics` },
    ],
  };
}

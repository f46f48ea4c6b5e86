/** The frame of every page of a status page: head, header, content, footer. */
import { html } from "ghtml";
import type { StatusPage } from "../../../contract/settings/status-page.ts";
import { dayCodes } from "./day-bars.ts";
import { wordsOf } from "./words.ts";

/** Addresses, relative or absolute: an exported page has others than a served one. */
export interface PageLinks {
  readonly styles: string;
  readonly script: string;
  readonly accent: string;
  readonly status: string;
  readonly history: string;
  /** Null where nobody can subscribe. */
  readonly subscribe: string | null;
  readonly feeds: readonly { readonly title: string; readonly type: string; readonly href: string }[];
}

export interface Layout {
  readonly page: StatusPage;
  readonly links: PageLinks;
  readonly title: string;
  /** HTML. */
  readonly content: string;
  /** True for a page beside the status itself, which search engines need not know. */
  readonly aside?: boolean;
}

export function layout({ page, links, title, content, aside = false }: Layout): string {
  const words = wordsOf(page.language);
  const alternates = links.feeds
    .map(
      ({ title: name, type, href }) =>
        html`<link rel="alternate" type="${type}" title="${name}" href="${href}">`,
    )
    .join("");
  const accent = page.accent === undefined ? "" : html`<link rel="stylesheet" href="${links.accent}">`;
  const robots = page.visibility === "public" && !aside ? "" : `<meta name="robots" content="noindex">`;
  const logo = page.logo === undefined ? "" : html`<img src="${page.logo}" alt="" height="32">`;
  const name = html`!${logo}<span>${page.title}</span>`;
  const heading = page.homepage === undefined ? name : html`<a href="${page.homepage}">!${name}</a>`;
  const description = page.description === undefined ? "" : html`<p>${page.description}</p>`;
  const subscribe =
    links.subscribe === null || aside
      ? ""
      : html`<a class="subscribe" href="${links.subscribe}">${words.subscribe.button}</a>`;
  const feeds = links.feeds.map(({ title: label, href }) => html`<a href="${href}">${label}</a>`).join("");
  return html`<!doctype html><html lang="${page.language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark">!${robots}<title>${title}</title><link rel="icon" href="${page.logo ?? "data:,"}"><link rel="stylesheet" href="${links.styles}">!${accent}!${alternates}<script src="${links.script}" defer></script></head><body data-days="${dayCodes(words)}"><a class="skip" href="#content">${words.skipToContent}</a><header><div><h1>!${heading}</h1>!${description}</div>!${subscribe}</header><main id="content">!${content}</main><footer><p><a href="${links.status}">${words.back}</a><a href="${links.history}">${words.history}</a>!${feeds}</p><p>${words.utcDays}</p></footer></body></html>`;
}

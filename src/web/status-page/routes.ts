/** Serves status pages, their feeds and badges. They show what is published, and take no right but the page's own. */
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { StatusPageView } from "../../core/status-pages/page-view.ts";
import type { StoredPage } from "../../core/status-pages/ports.ts";
import { ProblemError } from "../api/answering/problem.ts";
import type { ApiServer } from "../api/api-server.ts";
import { badge, badgeKinds } from "./feeds/badges.ts";
import { atomFeed, rssFeed } from "./feeds/feeds.ts";
import { maintenanceCalendar } from "./feeds/maintenance-calendar.ts";
import { summary } from "./feeds/summary.ts";
import { accentStyles } from "./rendering/accent-styles.ts";
import { renderHistory } from "./rendering/history.ts";
import { renderStatusPage } from "./rendering/page.ts";
import type { PageContext } from "./rendering/page-context.ts";
import { type Encoding, encodingFor } from "./rendering/rendering.ts";

/** For browsers and caches in between; a page that not everybody sees is kept by none. */
const CACHED = "public, max-age=5, stale-while-revalidate=30, stale-if-error=3600";

const parametersSchema = z.strictObject({ slug: z.string().max(63) });
const badgeParametersSchema = z.strictObject({
  slug: z.string().max(63),
  site: z.string().max(80),
  kind: z.enum(badgeKinds),
});

/** One document of a page. */
interface Kind {
  /** Behind the page's path. */
  readonly path: string;
  readonly type: string;
  /** Whether pages elsewhere may show or read it. */
  readonly embeddable: boolean;
  readonly make: (view: StatusPageView, place: Place) => string;
}

/** Where a page is served. */
interface Place {
  readonly context: PageContext;
  readonly stale: boolean;
  /** Begins the page's own addresses. */
  readonly base: string;
  /** The page's absolute address. */
  readonly url: string;
  readonly host: string;
}

const HTML = "text/html; charset=utf-8";

const kinds: readonly Kind[] = [
  {
    path: "",
    type: HTML,
    embeddable: false,
    make: (view, { context, base, stale }) =>
      renderStatusPage({ view, stale, links: context.links(view.page, base) }),
  },
  {
    path: "/history",
    type: HTML,
    embeddable: false,
    make: (view, { context, base, stale }) =>
      renderHistory({ view, stale, links: context.links(view.page, base) }),
  },
  {
    path: "/feed.atom",
    type: "application/atom+xml; charset=utf-8",
    embeddable: true,
    make: (view, { url }) => atomFeed(view, feedAddresses(url)),
  },
  {
    path: "/feed.rss",
    type: "application/rss+xml; charset=utf-8",
    embeddable: true,
    make: (view, { url }) => rssFeed(view, feedAddresses(url)),
  },
  {
    path: "/calendar.ics",
    type: "text/calendar; charset=utf-8",
    embeddable: true,
    make: (view, { host }) => maintenanceCalendar(view, host),
  },
  {
    path: "/summary.json",
    type: "application/json; charset=utf-8",
    embeddable: true,
    make: (view, { url }) => JSON.stringify(summary(view, url)),
  },
  {
    path: "/accent.css",
    type: "text/css; charset=utf-8",
    embeddable: false,
    make: ({ page }) => (page.accent === undefined ? "" : accentStyles(page.accent)),
  },
];

function feedAddresses(url: string) {
  return { status: url, atom: `${url}/feed.atom`, rss: `${url}/feed.rss` };
}

export function addStatusPageRoutes(server: ApiServer, context: PageContext): void {
  const route = { config: { right: "public", published: true } } as const;
  for (const kind of kinds) {
    server.get(
      `/status/:slug${kind.path}`,
      { ...route, schema: { hide: true, params: parametersSchema } },
      async (request, reply) => {
        const stored = await context.admitted(request, reply, request.params.slug);
        if (stored === null) return reply;
        await sendDocument({ context, request, reply, stored }, kind.path, kind);
        return reply;
      },
    );
  }
  server.get(
    "/status/:slug/badges/:site/:kind.svg",
    { ...route, schema: { hide: true, params: badgeParametersSchema } },
    async (request, reply) => {
      const { slug, site: key, kind: badgeKind } = request.params;
      const stored = await context.admitted(request, reply, slug);
      if (stored === null) return reply;
      const make = (view: StatusPageView): string => {
        const site = view.groups.flatMap(({ sites }) => sites).find((each) => each.key === key);
        if (site === undefined) throw new ProblemError("not-found", `the page has no site "${key}"`);
        return badge(badgeKind, site, view.page);
      };
      const svg = { path: "", type: "image/svg+xml; charset=utf-8", embeddable: true, make };
      await sendDocument({ context, request, reply, stored }, `badges/${key}/${badgeKind}`, svg);
      return reply;
    },
  );
}

interface Answering {
  readonly context: PageContext;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly stored: StoredPage;
}

async function sendDocument(
  { context, request, reply, stored }: Answering,
  name: string,
  { make, type, embeddable }: Kind,
): Promise<void> {
  const { visibility } = stored.page;
  const { value: rendering, stale } = await context.pages.rendering(stored);
  const base = context.baseOf(request, stored.page);
  const url = context.urlOf(request, stored.page);
  const place: Place = { context, stale, base, url, host: request.hostname };
  const encoding: Encoding = encodingFor(request.headers["accept-encoding"]);
  const key = `${stale ? "stale " : ""}${url} ${name}`;
  const document = await rendering.document(key, encoding, (view) => make(view, place));
  const isPublic = visibility === "public";
  reply
    .type(type)
    .header("cache-control", isPublic ? CACHED : "private, no-store")
    .header("etag", document.etag)
    .header("vary", "accept-encoding, cookie");
  if (encoding !== "identity") reply.header("content-encoding", encoding);
  if (embeddable && isPublic) {
    reply.header("cross-origin-resource-policy", "cross-origin").header("access-control-allow-origin", "*");
  }
  if (request.headers["if-none-match"]?.includes(document.etag) === true) reply.code(304).send();
  else reply.send(document.body);
}

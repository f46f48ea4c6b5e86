/** One site: how it is, how it was, what each check saw. */
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { ExternalLink } from "lucide-react";
import type { SiteDetail } from "../../../src/contract/api/sites/sites.ts";
import { ApiError } from "../api/request.ts";
import { titleOf } from "../api/site-table.ts";
import { buttonClass } from "../design/button.tsx";
import { Empty, Failure, Loading } from "../design/page.tsx";
import { Elapsed, RelativeTime } from "../design/relative-time.tsx";
import { type ShownState, StateLabel } from "../design/state.tsx";
import { eachLocation } from "../graph/graph-search.ts";
import { useWords } from "../words/words.tsx";

import { LastResults } from "./last-results.tsx";
import { siteQuery } from "./queries.ts";
import { ResponseTime } from "./response-time.tsx";
import { SiteActions } from "./site-actions.tsx";
import { SiteFacts } from "./site-facts.tsx";
import { UptimeFigures } from "./uptime-figures.tsx";
import { useFreshSite } from "./use-fresh-site.ts";
import { YearCalendar } from "./year-calendar.tsx";

const route = getRouteApi("/framed/sites/$id");

export function SitePage() {
  const words = useWords();
  const { id } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const site = useQuery(siteQuery(id));
  useFreshSite(id);
  if (site.error instanceof ApiError && [400, 404].includes(site.error.status)) {
    return (
      <Empty
        title={words.site.unknown}
        action={
          <Link to="/" className={buttonClass()}>
            {words.page.toSites}
          </Link>
        }
      >
        {words.site.unknownHint}
      </Empty>
    );
  }
  if (site.error) return <Failure error={site.error} onRetry={() => void site.refetch()} />;
  if (!site.data) {
    return (
      <div className="mx-auto max-w-[1440px] px-4 pt-6">
        <Loading rows={10} />
      </div>
    );
  }
  const { content: detail, etag } = site.data;
  const { location } = search;
  return (
    <div className="mx-auto max-w-[1440px] px-4 pt-5 pb-16">
      <Heading site={detail} etag={etag} />
      <div className="mt-5 grid gap-x-8 gap-y-8 lg:grid-cols-[minmax(0,1fr)_15rem]">
        <div className="flex min-w-0 flex-col gap-8">
          <UptimeFigures siteId={id} />
          <ResponseTime
            siteId={id}
            locations={detail.summary.locations}
            search={search}
            onSearch={(next) =>
              void navigate({
                search: { ...(search.verdict === undefined ? {} : { verdict: search.verdict }), ...next },
                resetScroll: false,
              })
            }
          />
        </div>
        <aside aria-label={words.site.facts.title}>
          <SiteFacts site={detail} />
        </aside>
      </div>
      <div className="mt-8">
        <YearCalendar
          siteId={id}
          onDay={(date) =>
            void navigate({
              search: (before) => {
                const { range: _, ...rest } = before;
                return { ...rest, from: `${date}T00:00:00Z`, to: dayAfter(date) };
              },
            })
          }
        />
        <LastResults
          siteId={id}
          location={location === eachLocation ? undefined : location}
          verdict={search.verdict}
          onVerdict={(verdict) =>
            void navigate({
              search: ({ verdict: _, ...rest }) => (verdict === undefined ? rest : { ...rest, verdict }),
              resetScroll: false,
            })
          }
        />
      </div>
    </div>
  );
}

function dayAfter(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + 86_400_000).toISOString().replace(".000Z", "Z");
}

function Heading({ site, etag }: { readonly site: SiteDetail; readonly etag: string | null }) {
  const words = useWords();
  const { summary } = site;
  const state: ShownState = summary.inMaintenance ? "maintenance" : summary.state;
  return (
    <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
      <div className="min-w-0">
        <nav aria-label={words.site.breadcrumb} className="text-xs text-ink-faint">
          <Link to="/" className="hover:text-ink">
            {words.sites.title}
          </Link>
        </nav>
        <h1 className="text-xl font-semibold tracking-tight break-words">{titleOf(summary)}</h1>
        <p className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-ink-muted">
          <StateLabel state={state} />
          {summary.sinceAt === null ? null : (
            <span>
              {words.site.lasting} <Elapsed since={summary.sinceAt} />
            </span>
          )}
          {summary.checkedAt === null ? null : (
            <span>
              {words.site.checked} <RelativeTime at={summary.checkedAt} />
            </span>
          )}
          <a
            href={summary.url}
            target="_blank"
            rel="noreferrer"
            className="inline-flex min-w-0 items-center gap-1 text-accent hover:underline"
          >
            <span className="truncate">{summary.url}</span>
            <ExternalLink size={12} aria-hidden className="shrink-0" />
          </a>
        </p>
        {summary.error === null || state === "up" ? null : (
          <p className="mt-2 text-sm break-words first-letter:uppercase">
            {summary.error.message}
            {summary.incidentId === null ? null : (
              <>
                {" "}
                <Link
                  to="/incidents/$id"
                  params={{ id: summary.incidentId }}
                  className="font-medium whitespace-nowrap text-accent hover:underline"
                >
                  {words.site.openIncident}
                </Link>
              </>
            )}
          </p>
        )}
      </div>
      <SiteActions site={site} etag={etag} />
    </div>
  );
}

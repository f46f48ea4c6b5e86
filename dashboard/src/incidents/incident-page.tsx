/** One incident: what happened, what was seen, who did what. */
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useMemo } from "react";
import type { Incident, IncidentDetail } from "../../../src/contract/api/alerting/incidents.ts";
import { ApiError } from "../api/request.ts";
import { titleOf } from "../api/site-table.ts";
import { buttonClass } from "../design/button.tsx";
import { useNow } from "../design/clock.ts";
import { Empty, Failure, Loading, Section } from "../design/page.tsx";
import { ExactTime } from "../design/relative-time.tsx";
import { StateLabel } from "../design/state.tsx";
import { Tag } from "../design/tag.tsx";
import { type RangeSearch, searchOf } from "../graph/range.ts";
import { ResponseGraph } from "../graph/response-graph.tsx";
import { useRange } from "../graph/use-range.ts";
import { useWords } from "../words/words.tsx";
import { IncidentActions } from "./incident-actions.tsx";
import { IncidentEvidenceView } from "./incident-evidence.tsx";
import { IncidentRow, Lasting, StateText } from "./incident-row.tsx";
import { PostMortemSection } from "./post-mortem.tsx";
import { incidentQuery } from "./queries.ts";
import { Timeline } from "./timeline.tsx";
import { ToldSection } from "./told-section.tsx";

const route = getRouteApi("/framed/incidents/$id");

export function IncidentPage() {
  const words = useWords();
  const { id } = route.useParams();
  const detail = useQuery(incidentQuery(id));
  if (detail.error instanceof ApiError && [400, 404].includes(detail.error.status)) {
    return (
      <Empty
        title={words.incidents.unknown}
        action={
          <Link to="/incidents" className={buttonClass()}>
            {words.incidents.toList}
          </Link>
        }
      />
    );
  }
  if (detail.error) return <Failure error={detail.error} onRetry={() => void detail.refetch()} />;
  return (
    <div className="mx-auto max-w-[1440px] px-4 pt-5 pb-16">
      {detail.data ? (
        <IncidentView detail={detail.data.content} etag={detail.data.etag} />
      ) : (
        <Loading rows={10} />
      )}
    </div>
  );
}

function IncidentView({ detail, etag }: { readonly detail: IncidentDetail; readonly etag: string | null }) {
  const words = useWords();
  const { incident, timeline, related } = detail;
  return (
    <>
      <title>{`${titleOf(incident.site)} · ${words.navigation.incidents}`}</title>
      <Heading incident={incident} />
      <div className="mt-6 grid gap-x-10 gap-y-8 lg:grid-cols-[minmax(0,1fr)_22rem] lg:grid-rows-[auto_1fr]">
        <div className="min-w-0">
          <IncidentGraph incident={incident} />
        </div>
        <aside className="min-w-0 lg:row-span-2">
          <Section title={words.incidents.timeline}>
            <Timeline entries={timeline} />
          </Section>
          <ToldSection incidentId={incident.id} />
          {related.length === 0 ? null : (
            <Section title={words.incidents.related}>
              <ul className="border-t border-line">
                {related.map((each) => (
                  <IncidentRow key={each.id} incident={each} compact />
                ))}
              </ul>
            </Section>
          )}
        </aside>
        <div className="min-w-0">
          <IncidentEvidenceView detail={detail} />
          <PostMortemSection incidentId={incident.id} postMortem={detail.postMortem} etag={etag} />
        </div>
      </div>
    </>
  );
}

function Heading({ incident }: { readonly incident: Incident }) {
  const words = useWords();
  const { site, kind, severity, cause, sinceAt, flapping } = incident;
  return (
    <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
      <div className="min-w-0">
        <nav aria-label={words.site.breadcrumb} className="text-xs text-ink-faint">
          <Link to="/incidents" className="hover:text-ink">
            {words.navigation.incidents}
          </Link>
        </nav>
        <h1 className="text-xl font-semibold tracking-tight break-words first-letter:uppercase">
          {kind === "not_observed"
            ? words.incidents.notObserved
            : (cause?.message ?? words.incidents.noCause)}
        </h1>
        <div className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-ink-muted">
          <StateLabel state={kind === "not_observed" ? "not observed" : severity} />
          <Link to="/sites/$id" params={{ id: site.id }} className="font-medium text-accent hover:underline">
            {titleOf(site)}
          </Link>
          <StateText incident={incident} />
          <span>
            {words.incidents.since} <ExactTime at={sinceAt} />
          </span>
          <span>
            <Lasting incident={incident} />
          </span>
          {flapping ? <span>{words.incidents.flapping}</span> : null}
          {site.tags.map((tag) => (
            <Tag key={tag} tag={tag} />
          ))}
        </div>
      </div>
      <IncidentActions incident={incident} />
    </div>
  );
}

const minuteMs = 60_000;
const leastMarginMs = 30 * minuteMs;

/** Response time around the incident, with room on both sides as far as there is a past. */
function IncidentGraph({ incident }: { readonly incident: Incident }) {
  const words = useWords();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { sinceAt, goodSinceAt, resolvedAt } = incident;
  // The graph of an open incident grows once a minute.
  const untilMs = Math.ceil(useNow(10) / minuteMs) * minuteMs;
  const around = useMemo((): RangeSearch => {
    const fromMs = Date.parse(sinceAt);
    const overAt = goodSinceAt ?? resolvedAt;
    const overMs = overAt === null ? untilMs : Date.parse(overAt);
    const marginMs = Math.max(leastMarginMs, (overMs - fromMs) / 2);
    return searchOf({ fromMs: fromMs - marginMs, toMs: Math.min(overMs + marginMs, untilMs) });
  }, [sinceAt, goodSinceAt, resolvedAt, untilMs]);
  const isZoomed = search.from !== undefined || search.range !== undefined;
  const { range, nowMs } = useRange(isZoomed ? search : around);
  return (
    <Section
      title={words.graph.title}
      actions={
        isZoomed ? (
          <Link to="/incidents/$id" params={{ id: incident.id }} className={buttonClass("quiet")}>
            {words.incidents.wholeIncident}
          </Link>
        ) : null
      }
    >
      <ResponseGraph
        siteId={incident.site.id}
        range={range}
        location={undefined}
        nowMs={nowMs}
        onRange={(next) => void navigate({ search: searchOf(next), resetScroll: false })}
      />
    </Section>
  );
}

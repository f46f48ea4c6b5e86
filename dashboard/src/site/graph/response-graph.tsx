/** Response time over the range in the address. Dragging, the toolbar and the keys change the range. */
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useMemo } from "react";
import { useNow } from "../../design/clock.ts";
import { Empty, Failure } from "../../design/page.tsx";
import { useFormat, useWords } from "../../words/words.tsx";
import { historyQuery } from "../queries.ts";
import { eachLocation, type GraphSearch } from "./graph-search.ts";
import { moved, narrowed, rangeOf, searchOf, type TimeRange, widened } from "./range.ts";
import { RangeToolbar } from "./range-toolbar.tsx";

const GraphBody = lazy(() => import("./graph-body.tsx"));
const minuteMs = 60_000;

interface ResponseGraphProps {
  readonly siteId: string;
  readonly locations: readonly string[];
  readonly search: GraphSearch;
  readonly onSearch: (search: GraphSearch) => void;
}

export function ResponseGraph({ siteId, locations, search, onSearch }: ResponseGraphProps) {
  const words = useWords();
  // A range that ends now moves once a minute, not with each render.
  const nowMs = Math.ceil(useNow(10) / minuteMs) * minuteMs;
  const { range: preset, from, to, location } = search;
  const range = useMemo(() => rangeOf({ range: preset, from, to }, nowMs), [preset, from, to, nowMs]);
  const byLocation = location === eachLocation;
  const history = useQuery(historyQuery(siteId, range, byLocation ? undefined : location));
  const show = (next: TimeRange) =>
    onSearch({ ...searchOf(next), ...(location === undefined ? {} : { location }) });
  return (
    <section aria-label={words.site.graph.title} className="min-w-0">
      <RangeToolbar locations={locations} search={search} range={range} nowMs={nowMs} onSearch={onSearch} />
      <fieldset
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the graph is moved and zoomed by keys
        tabIndex={0}
        aria-label={words.site.graph.keys}
        className="min-w-0 rounded"
        onKeyDown={(event) => {
          if (event.ctrlKey || event.metaKey || event.altKey) return;
          const next = rangeByKey(event.key, range, nowMs);
          if (next === null) return;
          event.preventDefault();
          show(next);
        }}
      >
        {history.data ? (
          <div className={history.isPlaceholderData ? "opacity-60 transition-opacity" : "transition-opacity"}>
            <Suspense fallback={<GraphSkeleton />}>
              {history.data.startsAt.length === 0 ? (
                <Empty title={words.site.graph.none}>{words.site.graph.noneHint}</Empty>
              ) : (
                <GraphBody history={history.data} nowMs={nowMs} byLocation={byLocation} onZoom={show} />
              )}
            </Suspense>
          </div>
        ) : history.error ? (
          <Failure error={history.error} onRetry={() => void history.refetch()} />
        ) : (
          <GraphSkeleton />
        )}
      </fieldset>
      <RangeText range={range} />
    </section>
  );
}

function rangeByKey(key: string, range: TimeRange, nowMs: number): TimeRange | null {
  switch (key) {
    case "ArrowLeft":
      return moved(range, -1, nowMs);
    case "ArrowRight":
      return moved(range, 1, nowMs);
    case "-":
      return widened(range, nowMs);
    case "+":
      return narrowed(range);
    default:
      return null;
  }
}

function RangeText({ range }: { readonly range: TimeRange }) {
  const words = useWords();
  const format = useFormat();
  return (
    <p className="mt-1.5 text-xs text-ink-faint sm:pl-14">
      <time title={`${format.utc(range.fromMs)} – ${format.utc(range.toMs)}`}>
        {format.dateTime(range.fromMs)} – {format.dateTime(range.toMs)}
      </time>
      <span className="pointer-coarse:hidden"> · {words.site.graph.dragHint}</span>
    </p>
  );
}

function GraphSkeleton() {
  const words = useWords();
  return (
    <div role="status" aria-label={words.page.loading}>
      <div className="skeleton mb-2 h-5 w-2/3" />
      <div className="skeleton h-[210px]" />
      <div className="skeleton mt-4 h-[150px]" />
    </div>
  );
}

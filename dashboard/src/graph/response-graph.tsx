/** Response time of a site over a range. Dragging and keys change the range. */
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { Empty, Failure } from "../design/page.tsx";
import { useFormat, useWords } from "../words/words.tsx";
import { eachLocation } from "./graph-search.ts";
import { historyQuery } from "./history-query.ts";
import { moved, narrowed, type TimeRange, widened } from "./range.ts";

const GraphBody = lazy(() => import("./graph-body.tsx"));

interface ResponseGraphProps {
  readonly siteId: string;
  readonly range: TimeRange;
  /** One location, or `eachLocation`; all together when undefined. */
  readonly location: string | undefined;
  readonly nowMs: number;
  readonly onRange: (range: TimeRange) => void;
}

export function ResponseGraph({ siteId, range, location, nowMs, onRange }: ResponseGraphProps) {
  const words = useWords();
  const byLocation = location === eachLocation;
  const history = useQuery(historyQuery(siteId, range, byLocation ? undefined : location));
  return (
    <>
      <fieldset
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the graph is moved and zoomed by keys
        tabIndex={0}
        aria-label={words.graph.keys}
        className="min-w-0 rounded"
        onKeyDown={(event) => {
          if (event.ctrlKey || event.metaKey || event.altKey) return;
          const next = rangeByKey(event.key, range, nowMs);
          if (next === null) return;
          event.preventDefault();
          onRange(next);
        }}
      >
        {history.data ? (
          <div className={history.isPlaceholderData ? "opacity-60 transition-opacity" : "transition-opacity"}>
            <Suspense fallback={<GraphSkeleton />}>
              {history.data.startsAt.length === 0 ? (
                <Empty title={words.graph.none}>{words.graph.noneHint}</Empty>
              ) : (
                <GraphBody history={history.data} nowMs={nowMs} byLocation={byLocation} onZoom={onRange} />
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
    </>
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
      <span className="pointer-coarse:hidden"> · {words.graph.dragHint}</span>
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

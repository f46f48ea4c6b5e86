/** The last results, newest first. A row opens what the check saw. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { ChevronRight } from "lucide-react";
import { useState } from "react";
import type { CheckResult, Verdict } from "../../../src/contract/checks/check-result.ts";
import { EvidenceView } from "../checking/evidence-view.tsx";
import { PhaseBar } from "../checking/phase-list.tsx";
import { Button } from "../design/button.tsx";
import { classNames } from "../design/class-names.ts";
import { Empty, Failure, Loading, Section } from "../design/page.tsx";
import { RelativeTime } from "../design/relative-time.tsx";
import { StateShape } from "../design/state.tsx";
import { useFormat, useWords } from "../words/words.tsx";
import { resultQuery, resultsQuery } from "./queries.ts";

const verdicts = ["up", "degraded", "down"] as const satisfies readonly Verdict[];

interface LastResultsProps {
  readonly siteId: string;
  readonly location: string | undefined;
  readonly verdict: Verdict | undefined;
  readonly onVerdict: (verdict: Verdict | undefined) => void;
}

export function LastResults({ siteId, location, verdict, onVerdict }: LastResultsProps) {
  const words = useWords();
  const results = useInfiniteQuery(resultsQuery(siteId, { verdict, location }));
  const [open, setOpen] = useState<string | null>(null);
  const items = results.data?.pages.flatMap((page) => page.items) ?? [];
  const longestMs = Math.max(1, ...items.map(({ responseTimeMs }) => responseTimeMs ?? 0));
  return (
    <Section
      title={words.site.results.title}
      actions={
        <fieldset aria-label={words.site.results.filter} className="flex flex-wrap">
          <Button look="quiet" aria-pressed={verdict === undefined} onClick={() => onVerdict(undefined)}>
            {words.site.results.all}
          </Button>
          {verdicts.map((each) => (
            <Button key={each} look="quiet" aria-pressed={verdict === each} onClick={() => onVerdict(each)}>
              {words.states[each]}
            </Button>
          ))}
        </fieldset>
      }
    >
      {results.error ? (
        <Failure error={results.error} onRetry={() => void results.refetch()} />
      ) : results.isPending ? (
        <Loading rows={8} />
      ) : items.length === 0 ? (
        <Empty title={verdict === undefined ? words.site.results.none : words.site.results.noneLike}>
          {verdict === undefined ? words.site.results.noneHint : null}
        </Empty>
      ) : (
        <>
          <ul className="border-t border-line">
            {items.map((result) => {
              const key = `${result.location} ${result.slot}`;
              return (
                <ResultRow
                  key={key}
                  siteId={siteId}
                  result={result}
                  longestMs={longestMs}
                  open={open === key}
                  onToggle={() => setOpen(open === key ? null : key)}
                />
              );
            })}
          </ul>
          {results.hasNextPage ? (
            <div className="mt-3 flex justify-center">
              <Button disabled={results.isFetchingNextPage} onClick={() => void results.fetchNextPage()}>
                {words.site.results.older}
              </Button>
            </div>
          ) : null}
        </>
      )}
    </Section>
  );
}

interface ResultRowProps {
  readonly siteId: string;
  readonly result: CheckResult;
  readonly longestMs: number;
  readonly open: boolean;
  readonly onToggle: () => void;
}

function ResultRow({ siteId, result, longestMs, open, onToggle }: ResultRowProps) {
  const words = useWords();
  const format = useFormat();
  const { verdict, statusCode, responseTimeMs, error } = result;
  return (
    <li className="border-b border-line">
      <button
        type="button"
        aria-expanded={open}
        onClick={onToggle}
        className="grid min-h-8 w-full grid-cols-[1rem_5.5rem_2.5rem_minmax(0,1fr)_4.5rem] items-center gap-x-3 px-1 py-1 text-left text-sm hover:bg-hover md:grid-cols-[1rem_5.5rem_5.5rem_7rem_2.5rem_10rem_4.5rem_minmax(0,1fr)] pointer-coarse:min-h-11"
      >
        <ChevronRight
          size={14}
          aria-hidden
          className={classNames("text-ink-faint transition-transform", open && "rotate-90")}
        />
        <span className="flex items-center gap-1.5">
          <StateShape state={verdict} size={10} />
          {words.states[verdict]}
        </span>
        <span className="text-ink-muted max-md:order-last max-md:text-right max-md:text-xs">
          <RelativeTime at={result.slot} />
        </span>
        <span className="truncate text-ink-muted max-md:hidden">{result.location}</span>
        <span className="text-ink-muted">{statusCode ?? "–"}</span>
        <span className="max-md:hidden">
          {result.timings ? <PhaseBar timings={result.timings} longestMs={longestMs} /> : null}
        </span>
        <span className="text-right max-md:text-left">
          {responseTimeMs === null ? "–" : format.milliseconds(responseTimeMs)}
        </span>
        <span className="truncate text-ink-muted max-md:hidden">{error?.message}</span>
      </button>
      {open ? <ResultEvidence siteId={siteId} result={result} /> : null}
    </li>
  );
}

function ResultEvidence({ siteId, result }: { readonly siteId: string; readonly result: CheckResult }) {
  const detail = useQuery(resultQuery(siteId, result.location, result.slot));
  return (
    <div className="px-1 pt-1 pb-5 md:pl-8">
      {detail.data ? (
        <EvidenceView result={detail.data.result} evidence={detail.data.evidence} />
      ) : detail.error ? (
        <Failure error={detail.error} onRetry={() => void detail.refetch()} />
      ) : (
        <Loading rows={4} />
      )}
    </div>
  );
}

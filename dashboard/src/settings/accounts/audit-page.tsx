/** The audit log: who changed what, and when, newest first. */
import { useInfiniteQuery } from "@tanstack/react-query";
import type { AuditEntry, AuditPage } from "../../../src/contract/api/accounts/audit.ts";
import { queryString, read } from "../api/request.ts";
import { Button } from "../design/button.tsx";
import { Empty, Failure, Loading, Section } from "../design/page.tsx";
import { RelativeTime } from "../design/relative-time.tsx";
import { useWords } from "../words/words.tsx";
import { auditKey } from "./audit-key.ts";

const pageSize = 30;

export function AuditSection() {
  const words = useWords();
  const log = useInfiniteQuery({
    queryKey: auditKey,
    queryFn: ({ pageParam, signal }) =>
      read<AuditPage>(`/audit${queryString({ limit: pageSize, cursor: pageParam })}`, signal),
    initialPageParam: "",
    getNextPageParam: ({ next }) => next ?? undefined,
  });
  const entries = log.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Section title={words.settings.audit}>
      {log.data === undefined ? (
        log.error ? (
          <Failure error={log.error} onRetry={() => void log.refetch()} />
        ) : (
          <Loading rows={5} />
        )
      ) : entries.length === 0 ? (
        <Empty title={words.settings.noAudit} />
      ) : (
        <ol className="divide-y divide-line border-y border-line">
          {entries.map((entry) => (
            <Entry key={entry.id} entry={entry} />
          ))}
        </ol>
      )}
      {log.hasNextPage ? (
        <Button className="mt-3" disabled={log.isFetchingNextPage} onClick={() => void log.fetchNextPage()}>
          {words.settings.more}
        </Button>
      ) : null}
    </Section>
  );
}

function Entry({ entry }: { readonly entry: AuditEntry }) {
  const words = useWords();
  const { actor, action, target, before, after, at, address } = entry;
  return (
    <li>
      <details className="group">
        <summary className="flex cursor-pointer flex-wrap items-baseline gap-x-3 py-1.5 text-sm hover:bg-hover">
          <span className="font-medium">{action}</span>
          <span className="min-w-0 truncate">{target.name ?? target.id}</span>
          <span className="ml-auto text-xs text-ink-muted">
            {words.settings.by} {actor.name}
            {address ? ` (${address})` : ""} · <RelativeTime at={at} />
          </span>
        </summary>
        <div className="grid gap-3 pb-3 sm:grid-cols-2">
          <Side title={words.settings.before} value={before} />
          <Side title={words.settings.after} value={after} />
        </div>
      </details>
    </li>
  );
}

function Side({ title, value }: { readonly title: string; readonly value: unknown }) {
  return (
    <div className="min-w-0">
      <p className="mb-1 text-xs text-ink-muted">{title}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keys */}
      <pre tabIndex={0} className="max-h-64 overflow-auto rounded bg-sunken p-2 font-mono text-xs">
        {value === null || value === undefined ? "–" : JSON.stringify(value, null, 2)}
      </pre>
    </div>
  );
}

/** The audit log: who changed what, and when, newest first. */
import { useInfiniteQuery } from "@tanstack/react-query";
import type { AuditEntry, AuditPage as AuditList } from "../../../../src/contract/api/accounts/audit.ts";
import { queryString, read } from "../../api/request.ts";
import { Loaded } from "../../design/loaded.tsx";
import { MoreButton } from "../../design/more-button.tsx";
import { Empty } from "../../design/page.tsx";
import { RelativeTime } from "../../design/relative-time.tsx";
import { ScrollingText } from "../../design/scrolling-text.tsx";
import { useWords } from "../../words/words.tsx";
import { SettingsPage } from "../settings-page.tsx";
import { auditKey } from "./audit-key.ts";

const pageSize = 30;

export function AuditPage() {
  const words = useWords();
  const log = useInfiniteQuery({
    queryKey: auditKey,
    queryFn: ({ pageParam, signal }) =>
      read<AuditList>(`/audit${queryString({ limit: pageSize, cursor: pageParam })}`, signal),
    initialPageParam: "",
    getNextPageParam: ({ next }) => next ?? undefined,
  });
  return (
    <SettingsPage title={words.settings.audit} lead={words.settings.auditLead} right="administer">
      <Loaded reading={log} rows={8}>
        {({ pages }) => {
          const entries = pages.flatMap(({ items }) => items);
          if (entries.length === 0) return <Empty title={words.settings.noAudit} />;
          return (
            <ol className="divide-y divide-line border-y border-line">
              {entries.map((entry) => (
                <Entry key={entry.id} entry={entry} />
              ))}
            </ol>
          );
        }}
      </Loaded>
      <MoreButton list={log} />
    </SettingsPage>
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
      <ScrollingText label={title} className="max-h-64">
        {value === null || value === undefined ? "–" : JSON.stringify(value, null, 2)}
      </ScrollingText>
    </div>
  );
}

/** Uptime over five periods, each with how much of it was observed. */
import { useQuery } from "@tanstack/react-query";
import type { Uptime } from "../../../src/contract/api/sites/uptime.ts";
import { Failure } from "../design/page.tsx";
import { useFormat, useWords } from "../words/words.tsx";
import { uptimeQuery } from "./queries.ts";

export function UptimeFigures({ siteId }: { readonly siteId: string }) {
  const words = useWords();
  const uptime = useQuery(uptimeQuery(siteId));
  if (uptime.error) return <Failure error={uptime.error} onRetry={() => void uptime.refetch()} />;
  if (!uptime.data) {
    return <div role="status" aria-label={words.page.loading} className="skeleton h-[74px]" />;
  }
  return (
    <dl className="grid grid-cols-2 gap-px overflow-hidden rounded bg-line ring-1 ring-line sm:grid-cols-3 md:grid-cols-5">
      {uptime.data.items.map((item) => (
        <Figure key={item.period} item={item} />
      ))}
    </dl>
  );
}

function Figure({ item }: { readonly item: Uptime["items"][number] }) {
  const words = useWords();
  const format = useFormat();
  const { period, uptime, uptimeWithMaintenance, coverage, downMs, incidents } = item;
  return (
    <div className="flex grow flex-col bg-surface px-3 py-2.5 last:max-sm:col-span-2 sm:max-md:last:col-span-2">
      <dt className="text-xs text-ink-faint">{words.site.periods[period]}</dt>
      <dd className="text-lg font-semibold">{uptime === null ? "–" : format.percent(uptime, 3)}</dd>
      {uptimeWithMaintenance === null || uptimeWithMaintenance === uptime ? null : (
        <dd className="text-xs text-ink-muted">
          {words.reports.withMaintenance(format.percent(uptimeWithMaintenance, 3))}
        </dd>
      )}
      <dd className="text-xs text-ink-muted">
        {coverage === null ? words.site.notDue : words.site.observed(format.percent(coverage, 1))}
      </dd>
      <dd className="text-xs text-ink-faint">
        {incidents === 0 ? words.site.noIncidents : words.site.incidents(incidents, format.duration(downMs))}
      </dd>
    </div>
  );
}

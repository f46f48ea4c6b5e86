/** When a window would take place next, by the server: in its own time zone, and in the viewer's. */
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type {
  MaintenanceDefinition,
  MaintenancePreview,
} from "../../../../src/contract/api/alerting/maintenance.ts";
import { request } from "../../api/request.ts";
import { useSettled } from "../../design/use-settled.ts";
import { useFormat, useWords } from "../../words/words.tsx";
import { ownTimeZone } from "../time-zones.ts";

export function NextOccurrences({ definition }: { readonly definition: MaintenanceDefinition }) {
  const words = useWords().settings.maintenance;
  const format = useFormat();
  const key = JSON.stringify({ ...definition, name: words.title });
  const body = useSettled(useMemo((): MaintenanceDefinition => JSON.parse(key), [key]));
  const preview = useQuery({
    queryKey: ["maintenance-preview", body],
    queryFn: async ({ signal }) =>
      (await request<MaintenancePreview>("/maintenance/preview", { method: "POST", body, signal })).content,
    enabled: body.durationMs > 0,
    retry: false,
    placeholderData: (before) => before,
  });
  const zone = body.timezone ?? "UTC";
  const own = ownTimeZone();
  if (preview.error)
    return <p className="text-sm text-ink-faint">{words.noPreview(preview.error.message)}</p>;
  const occurrences = preview.data?.occurrences ?? [];
  return (
    <section aria-label={words.nextOccurrences} className="rounded bg-sunken px-3 py-2.5 text-sm">
      <h3 className="mb-1 font-medium">{words.nextOccurrences}</h3>
      {preview.data && occurrences.length === 0 ? (
        <p className="text-ink-muted">{words.noOccurrence}</p>
      ) : null}
      <ol className="flex flex-col gap-1">
        {occurrences.map(({ from, to }) => (
          <li key={from} className="flex flex-wrap items-baseline justify-between gap-x-4 tabular-nums">
            <span>
              {format.dateTimeIn(from, zone)}{" "}
              <span className="text-ink-faint">
                {words.lasts(format.duration(new Date(to).getTime() - new Date(from).getTime()))}
              </span>
            </span>
            {zone === own ? null : (
              <span className="text-xs text-ink-muted">{words.forYou(format.dateTimeIn(from, own))}</span>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}

/** Reports: uptime of a month against objectives. What is chosen is in the address; it prints to PDF. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { Download, Printer } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import type { UptimeReport } from "../../../src/contract/api/reports/uptime-report.ts";
import { queryString, read } from "../api/request.ts";
import { sitesQuery } from "../api/site-table.ts";
import { buttonClass } from "../design/button.tsx";
import { inputClass } from "../design/field.tsx";
import { Empty, Failure, Loading, Page } from "../design/page.tsx";
import { Select } from "../design/select.tsx";
import { TagSelect } from "../listing/tag-select.tsx";
import { useFormat, useLanguage, useWords } from "../words/words.tsx";
import { ReportTable } from "./report-table.tsx";
import { lastMonths, type ReportsSearch } from "./reports-search.ts";

const route = getRouteApi("/framed/reports");

export function ReportsPage() {
  const words = useWords();
  const { language } = useLanguage();
  const search = route.useSearch();
  const parameters = parametersOf(search);
  const report = useQuery({
    queryKey: ["report", parameters],
    queryFn: ({ signal }) => read<UptimeReport>(`/reports/uptime${parameters}`, signal),
    placeholderData: keepPreviousData,
  });
  const printed = `/reports/uptime${parameters}&language=${language}`;
  return (
    <Page
      wide
      title={words.navigation.reports}
      actions={
        <>
          <a href={`/api/v1/reports/uptime.csv${parameters}`} download className={buttonClass()}>
            <Download size={14} aria-hidden />
            CSV
          </a>
          <a href={printed} target="_blank" rel="noreferrer" className={buttonClass()}>
            <Printer size={14} aria-hidden />
            {words.reports.print}
          </a>
        </>
      }
    >
      <title>{`${words.navigation.reports} · ${words.product}`}</title>
      <Choices search={search} />
      {report.error ? (
        <Failure error={report.error} onRetry={() => void report.refetch()} />
      ) : report.data === undefined ? (
        <Loading rows={10} />
      ) : (
        <Report report={report.data} />
      )}
    </Page>
  );
}

function Report({ report }: { readonly report: UptimeReport }) {
  const words = useWords();
  const format = useFormat();
  const { from, to, timezone, untilAt, toAt, items, total } = report;
  const until = untilAt === toAt ? "" : ` · ${words.reports.until(format.dateTime(untilAt))}`;
  return (
    <>
      <p className="mb-3 text-sm text-ink-muted">
        {`${format.utcDay(from)} – ${format.utcDay(to)} · ${timezone}${until}`}
      </p>
      {items.length === 0 ? (
        <Empty title={words.reports.none}>{words.reports.noneHint}</Empty>
      ) : (
        <ReportTable report={report} />
      )}
      {total.maintenanceNotExcludedMs > 0 ? (
        <p className="mt-3 text-sm text-ink-muted">
          {words.reports.notExcluded(format.duration(total.maintenanceNotExcludedMs))}
        </p>
      ) : null}
    </>
  );
}

function parametersOf({ by, month, timezone, tag, objective }: ReportsSearch): string {
  return queryString({ by: by ?? "site", timezone: timezone ?? "UTC", month, tag, objective });
}

function Choices({ search }: { readonly search: ReportsSearch }) {
  const words = useWords();
  const { language } = useLanguage();
  const navigate = useNavigate({ from: "/reports" });
  const [objective, setObjective] = useState(search.objective ?? "");
  useEffect(() => setObjective(search.objective ?? ""), [search.objective]);
  const { data: table } = useQuery(sitesQuery);
  const tags = useMemo(
    () => [...new Set([...(table?.byId.values() ?? [])].flatMap((each) => each.tags))].sort(),
    [table],
  );
  const change = (name: keyof ReportsSearch, value: string) =>
    void navigate({ search: ({ [name]: _, ...rest }) => (value === "" ? rest : { ...rest, [name]: value }) });
  const months = lastMonths(Date.now());
  const monthFormat = new Intl.DateTimeFormat(language, { month: "long", year: "numeric", timeZone: "UTC" });
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const zones = [...new Set(["UTC", own, ...(search.timezone === undefined ? [] : [search.timezone])])];
  return (
    <search className="mb-4 flex flex-wrap items-center gap-2">
      <Select
        label={words.reports.month}
        value={search.month ?? months[1] ?? ""}
        isSet={search.month !== undefined}
        options={[...new Set([...months, ...(search.month === undefined ? [] : [search.month])])].map(
          (month) => ({
            value: month,
            label: monthFormat.format(Date.parse(`${month}-01T00:00Z`)),
          }),
        )}
        onChange={(value) => change("month", value === months[1] ? "" : value)}
      />
      <Select
        label={words.reports.timezone}
        value={search.timezone ?? "UTC"}
        isSet={search.timezone !== undefined}
        options={zones.map((zone) => ({ value: zone, label: zone }))}
        onChange={(value) => change("timezone", value === "UTC" ? "" : value)}
      />
      <Select
        label={words.reports.by}
        value={search.by ?? "site"}
        isSet={search.by !== undefined}
        options={(["site", "tag", "group"] as const).map((value) => ({
          value,
          label: words.reports.bySome[value],
        }))}
        onChange={(value) => change("by", value === "site" ? "" : value)}
      />
      <TagSelect tags={tags} tag={search.tag} onChange={(value) => change("tag", value)} />
      <label className="flex items-center gap-2 text-sm text-ink-muted">
        {words.reports.objective}
        <input
          inputMode="decimal"
          placeholder={words.reports.configured}
          value={objective}
          onChange={({ target }) => setObjective(target.value)}
          onBlur={() => change("objective", objective.trim())}
          onKeyDown={({ key }) => (key === "Enter" ? change("objective", objective.trim()) : undefined)}
          className={`${inputClass} w-28!`}
        />
      </label>
    </search>
  );
}

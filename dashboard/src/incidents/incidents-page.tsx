/** Incidents: what is going on first, then what is over. Filters live in the address. */
import { type InfiniteData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { CircleCheck, Search } from "lucide-react";
import { useDeferredValue, useEffect, useMemo, useRef, useState } from "react";
import type { Incident, IncidentList } from "../../../src/contract/api/alerting/incidents.ts";
import { sitesQuery } from "../api/site-table.ts";
import { useShortcuts } from "../app/shortcuts.ts";
import { Button } from "../design/button.tsx";
import { inputClass } from "../design/field.tsx";
import { Empty, Failure, Loading, Page, Section } from "../design/page.tsx";
import { Select } from "../design/select.tsx";
import { TagSelect } from "../listing/tag-select.tsx";
import { useWords } from "../words/words.tsx";
import { IncidentRow } from "./incident-row.tsx";
import type { IncidentsSearch } from "./incidents-search.ts";
import { incidentsQuery } from "./queries.ts";

const route = getRouteApi("/framed/incidents");

export function IncidentsPage() {
  const words = useWords();
  const search = route.useSearch();
  const wanted = useDeferredValue(search);
  // Two lists: an old incident that is still open stands before all that are over.
  const going = useInfiniteQuery({
    ...incidentsQuery({ ...wanted, state: "unresolved" }),
    enabled: wanted.state !== "resolved",
  });
  const over = useInfiniteQuery({
    ...incidentsQuery({ ...wanted, state: "resolved" }),
    enabled: wanted.state !== "unresolved",
  });
  const unresolved = wanted.state === "resolved" ? [] : itemsOf(going.data);
  const resolved = wanted.state === "unresolved" ? [] : itemsOf(over.data);
  const error = going.error ?? over.error;
  const isLoading = going.isLoading || over.isLoading;
  const isFiltered = Object.keys(search).length > 0;
  return (
    <Page wide title={words.navigation.incidents}>
      <title>{`${words.navigation.incidents} · ${words.product}`}</title>
      <Filters search={search} />
      {error ? (
        <Failure
          error={error}
          onRetry={() => {
            void going.refetch();
            void over.refetch();
          }}
        />
      ) : isLoading ? (
        <Loading rows={8} />
      ) : unresolved.length + resolved.length === 0 ? (
        <Empty
          icon={<CircleCheck size={28} aria-hidden />}
          title={isFiltered ? words.incidents.noMatch : words.incidents.none}
        >
          {isFiltered ? null : words.incidents.noneHint}
        </Empty>
      ) : (
        <>
          {search.state === "resolved" ? null : (
            <Section title={words.incidents.unresolved(unresolved.length)}>
              {unresolved.length === 0 ? (
                <p className="flex items-center gap-2 py-2 text-sm text-ink-muted">
                  <CircleCheck size={16} aria-hidden className="text-up" />
                  {words.incidents.allClear}
                </p>
              ) : (
                <ul className="border-t border-line">
                  {unresolved.map((incident) => (
                    <IncidentRow key={incident.id} incident={incident} />
                  ))}
                </ul>
              )}
            </Section>
          )}
          {resolved.length === 0 ? null : (
            <Section title={words.incidents.resolved}>
              <ul className="border-t border-line">
                {resolved.map((incident) => (
                  <IncidentRow key={incident.id} incident={incident} />
                ))}
              </ul>
            </Section>
          )}
          {over.hasNextPage && wanted.state !== "unresolved" ? (
            <div className="mt-3 flex justify-center">
              <Button disabled={over.isFetchingNextPage} onClick={() => void over.fetchNextPage()}>
                {words.incidents.older}
              </Button>
            </div>
          ) : null}
        </>
      )}
    </Page>
  );
}

function itemsOf(data: InfiniteData<IncidentList> | undefined): readonly Incident[] {
  return data?.pages.flatMap((page) => page.items) ?? [];
}

function Filters({ search }: { readonly search: IncidentsSearch }) {
  const words = useWords();
  const navigate = useNavigate({ from: "/incidents" });
  const input = useRef<HTMLInputElement>(null);
  const [site, setSite] = useState(search.site ?? "");
  const { data: table } = useQuery(sitesQuery);
  const tags = useMemo(
    () => [...new Set([...(table?.byId.values() ?? [])].flatMap((each) => each.tags))].sort(),
    [table],
  );
  const change = (name: keyof IncidentsSearch, value: string) =>
    void navigate({
      search: ({ [name]: _, ...rest }) => (value === "" ? rest : { ...rest, [name]: value }),
      replace: name === "site",
    });
  useShortcuts({ "/": () => input.current?.focus() });
  useEffect(() => setSite(search.site ?? ""), [search.site]);
  return (
    <search className="mb-4 flex flex-wrap items-center gap-2">
      <div className="relative w-full sm:w-64">
        <Search size={14} aria-hidden className="absolute top-1/2 left-2.5 -translate-y-1/2 text-ink-faint" />
        <input
          ref={input}
          type="search"
          list="incident-sites"
          aria-label={words.incidents.site}
          placeholder={words.incidents.site}
          value={site}
          onChange={({ target }) => setSite(target.value)}
          onBlur={() => change("site", site.trim())}
          onKeyDown={({ key }) => (key === "Enter" ? change("site", site.trim()) : undefined)}
          className={`${inputClass} pl-8!`}
        />
        <datalist id="incident-sites">
          {[...(table?.byId.values() ?? [])].slice(0, 500).map((each) => (
            <option key={each.id} value={each.name ?? each.url} />
          ))}
        </datalist>
      </div>
      <Select
        label={words.incidents.state}
        value={search.state ?? ""}
        isSet={search.state !== undefined}
        options={[
          { value: "", label: words.incidents.anyState },
          { value: "unresolved", label: words.incidents.onlyUnresolved },
          { value: "resolved", label: words.incidents.onlyResolved },
        ]}
        onChange={(value) => change("state", value)}
      />
      <Select
        label={words.incidents.severity}
        value={search.severity ?? ""}
        isSet={search.severity !== undefined}
        options={[
          { value: "", label: words.incidents.anySeverity },
          { value: "down", label: words.states.down },
          { value: "degraded", label: words.states.degraded },
        ]}
        onChange={(value) => change("severity", value)}
      />
      <TagSelect tags={tags} tag={search.tag} onChange={(value) => change("tag", value)} />
    </search>
  );
}

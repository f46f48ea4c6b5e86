/** All sites: one dense list that stays as it is while results arrive. */
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { lazy, Suspense, useCallback, useDeferredValue, useMemo, useRef, useState } from "react";
import { type SiteTable, sitesQuery } from "../api/site-table.ts";
import { useShortcuts } from "../app/shortcuts.ts";
import { Button } from "../design/button.tsx";
import { Empty, Failure } from "../design/page.tsx";
import { useMedia, WIDE } from "../design/use-media.ts";
import { listSites } from "../listing/listed-sites.ts";
import type { SitesView } from "../listing/sites-view.ts";
import { useWords } from "../words/words.tsx";
import { BulkBar } from "./bulk-bar.tsx";
import { LoadingSites } from "./loading-sites.tsx";
import { SiteList } from "./site-list.tsx";
import { Toolbar } from "./toolbar.tsx";
import { useSelection } from "./use-selection.ts";

const FirstSite = lazy(() => import("./first-site.tsx"));

export function SitesPage() {
  const words = useWords();
  const sites = useQuery(sitesQuery);
  return (
    <>
      <title>{`${words.sites.title} · ${words.product}`}</title>
      <h1 className="sr-only">{words.sites.title}</h1>
      {sites.data ? (
        sites.data.ids.length === 0 ? (
          <Suspense>
            <FirstSite />
          </Suspense>
        ) : (
          <Sites table={sites.data} />
        )
      ) : sites.error ? (
        <Failure error={sites.error} onRetry={() => void sites.refetch()} />
      ) : (
        <LoadingSites />
      )}
    </>
  );
}

function Sites({ table }: { readonly table: SiteTable }) {
  const words = useWords();
  const navigate = useNavigate({ from: "/" });
  const view = useSearch({ from: "/framed/" });
  const isWide = useMedia(WIDE);
  const searchRef = useRef<HTMLInputElement>(null);
  const [closedGroups, setClosedGroups] = useState<ReadonlySet<string>>(new Set());
  const [activeId, setActiveId] = useState<string | null>(null);
  const deferredView = useDeferredValue(view);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the revision stands for what the order depends on
  const listed = useMemo(
    () => listSites(table, deferredView, closedGroups),
    [table.ids, table.statesRevision, deferredView, closedGroups],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: tags change with the sites
  const tags = useMemo(() => tagsOf(table), [table.ids]);
  const shownIds = useMemo(
    () => listed.entries.flatMap((entry) => (entry.kind === "site" ? [entry.id] : [])),
    [listed],
  );
  const selection = useSelection(table, shownIds);
  const change = useCallback(
    (changed: { readonly [Name in keyof SitesView]?: SitesView[Name] | undefined }) =>
      void navigate({
        search: (before) => ({ ...before, ...changed }),
        replace: "q" in changed,
        resetScroll: false,
      }),
    [navigate],
  );
  const move = (by: 1 | -1) => {
    const at = activeId === null ? -1 : shownIds.indexOf(activeId);
    const next = shownIds[Math.max(0, Math.min(shownIds.length - 1, at + by))];
    if (next !== undefined) setActiveId(next);
  };
  useShortcuts({
    "/": () => searchRef.current?.focus(),
    j: () => move(1),
    k: () => move(-1),
    x: () => {
      if (activeId !== null) selection.toggle(activeId, !selection.selected.has(activeId), false);
    },
    // biome-ignore lint/correctness/noComponentHookFactories: the name of a key
    Escape: () => selection.clear(),
  });
  const toggleGroup = useCallback((name: string) => {
    setClosedGroups((before) =>
      before.has(name) ? new Set([...before].filter((each) => each !== name)) : new Set([...before, name]),
    );
  }, []);
  return (
    <>
      <Toolbar view={view} tags={tags} states={listed.states} searchRef={searchRef} onChange={change} />
      {listed.matching === 0 ? (
        <Empty
          title={words.sites.noMatch}
          action={
            <Button onClick={() => change({ q: undefined, state: undefined, tag: undefined })}>
              {words.sites.clearFilters}
            </Button>
          }
        >
          {words.sites.noMatchHint}
        </Empty>
      ) : (
        <SiteList
          table={table}
          entries={listed.entries}
          isWide={isWide}
          activeId={activeId}
          selected={selection.selected}
          closedGroups={closedGroups}
          onActivate={setActiveId}
          onSelect={selection.toggle}
          onSelectAll={selection.toggleAll}
          onToggleGroup={toggleGroup}
        />
      )}
      <p aria-live="polite" className="sr-only">
        {words.sites.shown(listed.matching, table.ids.length)}
      </p>
      {selection.selected.size > 0 ? (
        <BulkBar table={table} selected={selection.selected} tags={tags} onDone={selection.clear} />
      ) : null}
    </>
  );
}

function tagsOf(table: SiteTable): readonly string[] {
  const tags = new Set<string>();
  for (const site of table.byId.values()) for (const tag of site.tags) tags.add(tag);
  return [...tags].sort((one, other) => one.localeCompare(other));
}

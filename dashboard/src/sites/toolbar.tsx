/** Above the list: states with their counts, search, tag, groups, order and saved views. All of it is the address. */
import { Link } from "@tanstack/react-router";
import { Bookmark, Plus, Search, X } from "lucide-react";
import { lazy, type Ref, Suspense, useEffect, useRef, useState } from "react";
import type { SiteState } from "../../../src/contract/api/sites/sites.ts";
import { buttonClass, IconButton } from "../design/button.tsx";
import { classNames } from "../design/class-names.ts";
import { Key } from "../design/key.tsx";
import { Select } from "../design/select.tsx";
import { StateShape } from "../design/state.tsx";
import { groupings, orders, type SitesView, siteStates } from "../listing/sites-view.ts";
import { TagSelect } from "../listing/tag-select.tsx";
import { useFormat, useWords } from "../words/words.tsx";

const ViewsMenu = lazy(() => import("./views-menu.tsx"));

interface ToolbarProps {
  readonly view: SitesView;
  readonly tags: readonly string[];
  readonly states: ReadonlyMap<SiteState, number>;
  readonly searchRef: Ref<HTMLInputElement>;
  /** Only what changes; undefined takes a filter away. */
  readonly onChange: (change: { readonly [Name in keyof SitesView]?: SitesView[Name] | undefined }) => void;
}

export function Toolbar({ view, tags, states, searchRef, onChange }: ToolbarProps) {
  const words = useWords();
  return (
    <div className="sticky top-12 z-20 flex items-center gap-1 bg-canvas px-4 md:h-11 max-md:flex-wrap max-md:gap-y-1 max-md:border-b max-md:border-line max-md:py-2">
      <StateFilter state={view.state} states={states} onChange={(state) => onChange({ state })} />
      <SearchField text={view.q ?? ""} ref={searchRef} onChange={(q) => onChange({ q: q || undefined })} />
      <div className="flex min-w-0 items-center gap-1 max-md:-ml-2 max-md:w-[calc(100%+8px)] max-md:scroll-sideways md:ml-auto">
        <TagSelect tags={tags} tag={view.tag} onChange={(tag) => onChange({ tag: tag || undefined })} />
        <Select
          label={words.sites.group}
          value={view.group ?? "none"}
          isSet={view.group !== undefined}
          options={groupings.map((group) => ({ value: group, label: words.sites.groups[group] }))}
          onChange={(group) => onChange({ group: group === "none" ? undefined : group })}
        />
        <Select
          label={words.sites.sort}
          value={view.sort ?? "state"}
          isSet={view.sort !== undefined}
          options={orders.map((order) => ({ value: order, label: words.sites.sorts[order] }))}
          onChange={(sort) => onChange({ sort: sort === "state" ? undefined : sort })}
        />
        <Views />
        <Link
          to="/sites/$id"
          params={{ id: "new" }}
          className={classNames(buttonClass("primary"), "ml-1 max-md:ml-auto")}
        >
          <Plus size={14} aria-hidden />
          <span className="max-md:sr-only">{words.actions.add}</span>
        </Link>
      </div>
    </div>
  );
}

/** How many sites are in each state; pressing one shows only those. */
function StateFilter({
  state,
  states,
  onChange,
}: {
  readonly state: SiteState | undefined;
  readonly states: ReadonlyMap<SiteState, number>;
  readonly onChange: (state: SiteState | undefined) => void;
}) {
  const words = useWords();
  const format = useFormat();
  const all = [...states.values()].reduce((sum, count) => sum + count, 0);
  return (
    <fieldset
      aria-label={words.sites.stateFilter}
      className="-ml-2 flex min-w-0 items-center gap-0.5 max-md:-mr-4 max-md:w-[calc(100%+24px)] max-md:scroll-sideways max-md:pr-4"
    >
      <button
        type="button"
        aria-pressed={state === undefined}
        onClick={() => onChange(undefined)}
        className={buttonClass("quiet")}
      >
        {words.sites.allStates}
        <span className="font-normal text-ink-faint">{format.number(all)}</span>
      </button>
      {siteStates
        .filter((each) => states.has(each) || each === state)
        .map((each) => (
          <button
            key={each}
            type="button"
            aria-pressed={state === each}
            onClick={() => onChange(state === each ? undefined : each)}
            className={buttonClass("quiet")}
          >
            <StateShape state={each} size={10} />
            {words.states[each]}
            <span className="font-normal text-ink-faint">{format.number(states.get(each) ?? 0)}</span>
          </button>
        ))}
    </fieldset>
  );
}

/** What is typed shows at once; the address follows. */
function SearchField({
  text,
  ref,
  onChange,
}: {
  readonly text: string;
  readonly ref: Ref<HTMLInputElement>;
  readonly onChange: (text: string) => void;
}) {
  const words = useWords();
  const [typed, setTyped] = useState(text);
  const sent = useRef(text);
  useEffect(() => {
    if (text === sent.current) return;
    sent.current = text;
    setTyped(text);
  }, [text]);
  const change = (next: string) => {
    setTyped(next);
    sent.current = next;
    onChange(next);
  };
  return (
    <div className="relative flex min-w-0 items-center md:ml-2 md:w-64 max-md:flex-1">
      <Search size={14} aria-hidden className="pointer-events-none absolute left-2.5 text-ink-faint" />
      <input
        ref={ref}
        type="search"
        value={typed}
        onChange={({ target }) => change(target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          if (typed === "") event.currentTarget.blur();
          else change("");
        }}
        aria-label={words.sites.search}
        placeholder={words.sites.search}
        className="h-7 w-full rounded bg-surface pr-8 pl-8 text-base ring-1 ring-inset ring-line placeholder:text-ink-faint hover:ring-line-strong/60 md:text-sm pointer-coarse:h-9 [&::-webkit-search-cancel-button]:hidden"
      />
      <span className="absolute right-1.5 flex">
        {typed === "" ? (
          <span className="pointer-events-none max-md:hidden" aria-hidden>
            <Key>/</Key>
          </span>
        ) : (
          <button
            type="button"
            aria-label={words.actions.clear}
            onClick={() => change("")}
            className="p-1 text-ink-faint"
          >
            <X size={13} aria-hidden />
          </button>
        )}
      </span>
    </div>
  );
}

/** The menu is loaded when it is first asked for. */
function Views() {
  const words = useWords();
  const [wanted, setWanted] = useState(false);
  const trigger = (
    <IconButton label={words.sites.views} onClick={() => setWanted(true)}>
      <Bookmark size={15} aria-hidden />
    </IconButton>
  );
  return wanted ? (
    <Suspense fallback={trigger}>
      <ViewsMenu />
    </Suspense>
  ) : (
    trigger
  );
}

/** All sites on a screen on the wall: read from across the room, never scrolled, nothing to press. */
import { useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { Maximize, X } from "lucide-react";
import { useMemo } from "react";
import type { SiteSummary } from "../../../src/contract/api/sites/sites.ts";
import { type SiteTable, shownStateOf, sitesQuery, titleOf } from "../api/site-table.ts";
import { buttonClass, IconButton } from "../design/button.tsx";
import { classNames } from "../design/class-names.ts";
import { useNow } from "../design/clock.ts";
import { Failure, Loading } from "../design/page.tsx";
import { Elapsed } from "../design/relative-time.tsx";
import { StateShape, stateColor } from "../design/state.tsx";
import { listSites } from "../listing/listed-sites.ts";
import type { SitesView } from "../listing/sites-view.ts";
import { useLiveState } from "../live/use-live.ts";
import { useFormat, useWords } from "../words/words.tsx";
import { Mosaic } from "./mosaic.tsx";
import { useRestingPointer, useWakeLock } from "./screen.ts";

const mostCards = 12;

export function WallPage() {
  const words = useWords();
  const sites = useQuery(sitesQuery);
  useWakeLock();
  return (
    <>
      <title>{`${words.wall.title} · ${words.product}`}</title>
      {sites.data ? (
        <Wall table={sites.data} />
      ) : sites.error ? (
        <Failure error={sites.error} onRetry={() => void sites.refetch()} />
      ) : (
        <Loading />
      )}
    </>
  );
}

function Wall({ table }: { readonly table: SiteTable }) {
  const words = useWords();
  const view = useSearch({ from: "/wall" });
  const isResting = useRestingPointer();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the revision stands for what the order depends on
  const sites = useMemo(
    () =>
      listSites(table, filtersOf(view), new Set()).entries.flatMap((entry) => {
        const site = entry.kind === "site" ? table.byId.get(entry.id) : undefined;
        return site ? [site] : [];
      }),
    [table.ids, table.statesRevision, view],
  );
  const inTrouble = sites.filter(hasTrouble);
  const others = sites.filter((site) => !hasTrouble(site));
  return (
    <main
      className={classNames(
        "flex h-dvh flex-col gap-[2vh] overflow-hidden p-[2.2vmin]",
        isResting && "cursor-none",
      )}
    >
      <header className="flex items-center gap-[2vmin]">
        <StateShape state={worstOf(inTrouble)} size={36} />
        <h1
          className={classNames(
            "text-[clamp(22px,4.4vmin,56px)] leading-tight font-semibold tracking-tight",
            inTrouble.length > 0 && stateColor[worstOf(inTrouble)],
          )}
        >
          {inTrouble.length === 0 ? words.wall.allUp : words.wall.trouble(inTrouble.length)}
        </h1>
        <Clock />
        <nav
          className={classNames(
            "flex gap-1 transition-opacity focus-within:opacity-100",
            isResting && "opacity-0",
          )}
        >
          <IconButton
            label={words.wall.fullScreen}
            onClick={() => void document.documentElement.requestFullscreen()}
          >
            <Maximize size={16} aria-hidden />
          </IconButton>
          <Link to="/" search={view} aria-label={words.wall.leave} className={buttonClass("quiet", true)}>
            <X size={18} aria-hidden />
          </Link>
        </nav>
      </header>
      {inTrouble.length > 0 ? (
        <ul className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,max(240px,30vmin)),1fr))] gap-[1.4vmin]">
          {inTrouble.slice(0, mostCards).map((site) => (
            <TroubleCard key={site.id} site={site} />
          ))}
          {inTrouble.length > mostCards ? (
            <li className="flex items-center px-[2vmin] text-[clamp(14px,2.2vmin,28px)] text-ink-muted">
              {words.wall.more(inTrouble.length - mostCards)}
            </li>
          ) : null}
        </ul>
      ) : null}
      <Mosaic sites={others} />
    </main>
  );
}

function TroubleCard({ site }: { readonly site: SiteSummary }) {
  const words = useWords();
  const state = shownStateOf(site);
  return (
    <li
      className={classNames(
        "min-w-0 rounded px-[2vmin] py-[1.6vmin]",
        state === "down" ? "bg-down-wash" : state === "degraded" ? "bg-degraded-wash" : "bg-sunken",
      )}
    >
      <p
        className={classNames(
          "flex items-center gap-[1vmin] text-[clamp(13px,1.9vmin,24px)] font-medium",
          stateColor[state],
        )}
      >
        <StateShape state={state} size={14} />
        {words.states[state]}
        {site.sinceAt === null ? null : (
          <span className="ml-auto">
            <Elapsed since={site.sinceAt} />
          </span>
        )}
      </p>
      <p className="mt-[0.6vmin] truncate text-[clamp(16px,3vmin,38px)] leading-tight font-semibold tracking-tight">
        {titleOf(site)}
      </p>
      <p className="mt-[0.6vmin] truncate text-[clamp(12px,1.8vmin,22px)] text-ink-muted">
        {site.error?.message ?? site.url}
      </p>
    </li>
  );
}

function Clock() {
  const words = useWords();
  const format = useFormat();
  const live = useLiveState();
  const instant = new Date(useNow());
  return (
    <p className="ml-auto flex items-baseline gap-[2vmin] text-[clamp(18px,3.4vmin,44px)] font-medium">
      {live === "live" ? null : <span className="text-[0.5em] text-degraded">{words.live[live]}</span>}
      <time dateTime={instant.toISOString()} title={format.utc(instant)}>
        {format.clock(instant)}
      </time>
    </p>
  );
}

/** Order and groups are the wall's own. */
function filtersOf({ q, state, tag }: SitesView): SitesView {
  return {
    ...(q === undefined ? {} : { q }),
    ...(state === undefined ? {} : { state }),
    ...(tag === undefined ? {} : { tag }),
  };
}

function hasTrouble({ state, inMaintenance }: SiteSummary): boolean {
  return !inMaintenance && (state === "down" || state === "degraded" || state === "not observed");
}

function worstOf(inTrouble: readonly SiteSummary[]) {
  for (const state of ["down", "degraded", "not observed"] as const) {
    if (inTrouble.some((site) => site.state === state)) return state;
  }
  return "up";
}

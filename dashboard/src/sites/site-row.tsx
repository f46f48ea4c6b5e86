/** One site in the list: a line of columns, or two stacked lines on a narrow screen. */
import { Link } from "@tanstack/react-router";
import { Lock } from "lucide-react";
import { memo } from "react";
import type { SiteSummary } from "../../../src/contract/api/sites/sites.ts";
import { shownStateOf, titleOf } from "../api/site-table.ts";
import { Checkbox } from "../design/checkbox.tsx";
import { classNames } from "../design/class-names.ts";
import { useNow } from "../design/clock.ts";
import { DayBar } from "../design/day-bar.tsx";
import { Elapsed } from "../design/relative-time.tsx";
import { StateShape, stateColor } from "../design/state.tsx";
import { Tag } from "../design/tag.tsx";
import { TrendLine } from "../design/trend-line.tsx";
import { useFormat, useWords } from "../words/words.tsx";

/** The columns of the list, for its heading too. */
export const columnsClass =
  "grid items-center gap-x-4 px-4 md:grid-cols-[14px_104px_minmax(0,1fr)_166px_60px_64px_68px_44px_44px] lg:grid-cols-[14px_112px_minmax(0,1fr)_minmax(0,200px)_166px_62px_80px_68px_72px_48px_52px]";

const shownTags = 2;

interface SiteRowProps {
  readonly site: SiteSummary;
  readonly isWide: boolean;
  readonly isSelected: boolean;
  readonly isActive: boolean;
  readonly onSelect: (id: string, isSelected: boolean, range: boolean) => void;
  readonly onFocus: (id: string) => void;
}

export const SiteRow = memo(function SiteRow(props: SiteRowProps) {
  return props.isWide ? <WideRow {...props} /> : <StackedRow {...props} />;
});

function WideRow(props: SiteRowProps) {
  const { site, isSelected, isActive } = props;
  const format = useFormat();
  const words = useWords();
  return (
    <div
      className={classNames(
        columnsClass,
        "relative h-full border-b border-line/70 text-sm",
        isSelected ? "bg-selected" : isActive ? "bg-hover" : "hover:bg-hover",
      )}
    >
      <span role="cell" className="relative z-1 flex">
        <SelectBox {...props} />
      </span>
      <span role="cell" className="flex min-w-0">
        <State site={site} />
      </span>
      <span role="cell" className="flex min-w-0 items-baseline gap-2">
        <SiteLink {...props} />
        <Detail site={site} />
      </span>
      <span role="cell" className="flex min-w-0 gap-1 overflow-hidden max-lg:hidden">
        {site.tags.slice(0, shownTags).map((tag) => (
          <Tag key={tag} tag={tag} className="max-w-21" />
        ))}
        {site.tags.length > shownTags ? (
          <span className="text-xs text-ink-faint" title={site.tags.slice(shownTags).join(", ")}>
            +{site.tags.length - shownTags}
          </span>
        ) : null}
      </span>
      <span role="cell" className="flex">
        <DayBar day={site.day} />
      </span>
      <span role="cell" className="text-right whitespace-nowrap">
        {site.p95Ms === null ? <Absent /> : format.milliseconds(site.p95Ms)}
      </span>
      <span role="cell" className="max-lg:hidden">
        <Trend site={site} />
      </span>
      <span role="cell" className={classNames("text-right", uptimeColor(site.uptimeMonth))}>
        {site.uptimeMonth === null ? <Absent /> : format.percent(site.uptimeMonth)}
      </span>
      <span
        role="cell"
        className={classNames("text-right", isGap(site.coverageMonth) ? "text-degraded" : "text-ink-faint")}
        title={
          site.coverageMonth === null ? "" : words.sites.coverageHint(format.percent(site.coverageMonth))
        }
      >
        {site.coverageMonth === null ? <Absent /> : format.percent(site.coverageMonth, 1)}
      </span>
      <span role="cell" className="text-right">
        <Certificate site={site} />
      </span>
      <span role="cell" className="text-right whitespace-nowrap text-ink-faint">
        {site.checkedAt === null ? <Absent /> : <Elapsed since={site.checkedAt} />}
      </span>
    </div>
  );
}

function StackedRow(props: SiteRowProps) {
  const { site, isSelected, isActive } = props;
  const format = useFormat();
  return (
    <div
      className={classNames(
        "relative flex h-full items-center gap-3 border-b border-line/70 px-4 text-sm",
        isSelected ? "bg-selected" : isActive && "bg-hover",
      )}
    >
      <div role="cell" className="min-w-0 flex-1">
        <div className="flex items-center gap-2">
          <StateShape state={shownStateOf(site)} size={11} labelled />
          <SiteLink {...props} />
          <span className="ml-auto shrink-0 text-ink-muted">
            {site.p95Ms === null ? <Absent /> : format.milliseconds(site.p95Ms)}
          </span>
        </div>
        <div className="mt-1 flex items-center gap-3 text-xs">
          {site.error ? <Detail site={site} /> : <DayBar day={site.day} />}
          <span className={classNames("ml-auto shrink-0", uptimeColor(site.uptimeMonth))}>
            {site.uptimeMonth === null ? <Absent /> : format.percent(site.uptimeMonth)}
          </span>
        </div>
      </div>
    </div>
  );
}

function SelectBox({ site, isSelected, onSelect }: SiteRowProps) {
  const words = useWords();
  if (!site.editable) {
    const reason = words.sites.notEditable(words.sites.sources[site.source]);
    return (
      <span title={reason} className="flex w-3.5 justify-center text-ink-faint">
        <Lock size={11} aria-hidden />
        <span className="sr-only">{reason}</span>
      </span>
    );
  }
  return (
    <Checkbox
      label={words.sites.select(titleOf(site))}
      checked={isSelected}
      onChange={({ target, nativeEvent }) =>
        onSelect(site.id, target.checked, "shiftKey" in nativeEvent && nativeEvent.shiftKey === true)
      }
    />
  );
}

/** The link is as large as the row. */
function SiteLink({ site, isActive, onFocus }: SiteRowProps) {
  return (
    <Link
      to="/sites/$id"
      params={{ id: site.id }}
      preload={false}
      data-site-link={site.id}
      onFocus={() => onFocus(site.id)}
      className={classNames(
        "min-w-0 shrink truncate font-medium after:absolute after:inset-0",
        "focus-visible:outline-none focus-visible:after:rounded focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent",
        isActive && "text-ink",
      )}
    >
      {titleOf(site)}
    </Link>
  );
}

function State({ site }: { readonly site: SiteSummary }) {
  const words = useWords();
  const state = shownStateOf(site);
  return (
    <span className="flex min-w-0 items-center gap-2">
      <StateShape state={state} size={11} />
      <span
        className={classNames(
          "truncate",
          state === "up" ? "text-ink-muted" : `font-medium ${stateColor[state]}`,
        )}
      >
        {words.states[state]}
      </span>
      {site.state === "down" && site.sinceAt !== null ? (
        <span className="shrink-0 text-down">
          <Elapsed since={site.sinceAt} />
        </span>
      ) : null}
    </span>
  );
}

/** Why a site is not up; otherwise its address, where the name is not the address already. */
function Detail({ site }: { readonly site: SiteSummary }) {
  if (site.error && site.state !== "paused") {
    return (
      <span
        className={classNames(
          "min-w-0 flex-1 truncate",
          site.state === "down" ? "text-down" : "text-degraded",
        )}
        title={site.error.message}
      >
        {site.error.message}
      </span>
    );
  }
  if (site.name === null) return null;
  return (
    <span className="min-w-0 flex-1 truncate text-ink-faint">
      {site.url.replace(/^https?:\/\//, "").replace(/\/$/, "")}
    </span>
  );
}

function Trend({ site }: { readonly site: SiteSummary }) {
  const words = useWords();
  const format = useFormat();
  const known = site.p95Hours.filter((value) => value !== null);
  if (known.length === 0) return null;
  const [lowest, highest] = [Math.min(...known), Math.max(...known)].map(format.milliseconds);
  return <TrendLine values={site.p95Hours} text={words.sites.trendText(lowest ?? "", highest ?? "")} />;
}

const dayMs = 86_400_000;

function Certificate({ site }: { readonly site: SiteSummary }) {
  const words = useWords();
  const format = useFormat();
  const today = useNow(60);
  if (site.certificateExpiresAt === null) return <Absent />;
  const days = Math.floor((Date.parse(site.certificateExpiresAt) - today) / dayMs);
  return (
    <span
      title={words.sites.certificateHint(format.dateTime(site.certificateExpiresAt))}
      className={
        days < 4 ? "font-medium text-down" : days < 15 ? "font-medium text-degraded" : "text-ink-faint"
      }
    >
      {days < 0 ? words.sites.certificateExpired : words.sites.certificateShort(days)}
    </span>
  );
}

function Absent() {
  return <span className="text-ink-faint">–</span>;
}

function uptimeColor(uptime: number | null): string {
  if (uptime === null || uptime === 1) return "text-ink-muted";
  return uptime < 0.99 ? "text-down" : uptime < 0.999 ? "text-degraded" : "text-ink";
}

function isGap(coverage: number | null): boolean {
  return coverage !== null && coverage < 0.99;
}

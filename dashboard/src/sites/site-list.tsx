/** The rows in view of a list of any length. */
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import type { SiteTable } from "../api/site-table.ts";
import { Checkbox } from "../design/checkbox.tsx";
import type { ListEntry } from "../listing/listed-sites.ts";
import { useWords } from "../words/words.tsx";
import { GroupRow } from "./group-row.tsx";
import { columnsClass, SiteRow } from "./site-row.tsx";

const wideRowPx = 28;
const stackedRowPx = 56;
const stackedGroupPx = 36;

interface SiteListProps {
  readonly table: SiteTable;
  readonly entries: readonly ListEntry[];
  readonly isWide: boolean;
  readonly activeId: string | null;
  readonly selected: ReadonlySet<string>;
  readonly closedGroups: ReadonlySet<string>;
  readonly onActivate: (id: string) => void;
  readonly onSelect: (id: string, isSelected: boolean, range: boolean) => void;
  readonly onSelectAll: (isSelected: boolean) => void;
  readonly onToggleGroup: (name: string) => void;
}

export function SiteList(props: SiteListProps) {
  const { table, entries, isWide, activeId, selected, closedGroups } = props;
  const words = useWords();
  const listRef = useRef<HTMLDivElement>(null);
  const [offsetPx, setOffsetPx] = useState(0);
  useLayoutEffect(() => setOffsetPx(listRef.current?.offsetTop ?? 0), []);
  const rowPx = isWide ? wideRowPx : stackedRowPx;
  const rows = useWindowVirtualizer({
    count: entries.length,
    estimateSize: (index) => (!isWide && entries[index]?.kind === "group" ? stackedGroupPx : rowPx),
    overscan: 10,
    scrollMargin: offsetPx,
    // What sticks above the list covers the first rows, and below it the navigation of phones.
    scrollPaddingStart: offsetPx + rowPx,
    scrollPaddingEnd: 64,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows are measured anew when their heights change
  useEffect(() => rows.measure(), [rowPx, entries]);
  useFocusOfActive(activeId, entries, (index) => rows.scrollToIndex(index));
  return (
    <div role="table" aria-label={words.sites.title} aria-rowcount={entries.length + 1}>
      {isWide ? <Heading {...props} /> : null}
      <div ref={listRef} role="rowgroup" className="relative" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ index, start, size }) => {
          const entry = entries[index];
          const site = entry?.kind === "site" ? table.byId.get(entry.id) : undefined;
          if (!entry || (entry.kind === "site" && !site)) return null;
          return (
            <div
              key={entry.kind === "site" ? `${entry.id}${index}` : `group ${entry.name}`}
              role="row"
              aria-rowindex={index + 2}
              className="absolute inset-x-0 top-0"
              style={{ height: size, transform: `translateY(${start - offsetPx}px)` }}
            >
              {entry.kind === "group" ? (
                <GroupRow
                  group={entry}
                  isClosed={closedGroups.has(entry.name ?? "")}
                  onToggle={props.onToggleGroup}
                />
              ) : site ? (
                <SiteRow
                  site={site}
                  isWide={isWide}
                  isSelected={selected.has(entry.id)}
                  isActive={activeId === entry.id}
                  onSelect={props.onSelect}
                  onFocus={props.onActivate}
                />
              ) : null}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function Heading({ entries, selected, onSelectAll }: SiteListProps) {
  const words = useWords();
  const { columns } = words.sites;
  const shown = entries.filter((entry) => entry.kind === "site");
  const chosen = shown.filter(({ id }) => selected.has(id)).length;
  return (
    <div
      role="row"
      aria-rowindex={1}
      className={`${columnsClass} sticky top-[92px] z-20 h-7 border-b border-line bg-canvas text-xs text-ink-faint`}
    >
      <span role="columnheader" className="flex">
        <Checkbox
          label={words.sites.selectAll}
          checked={chosen > 0 && chosen === shown.length}
          partly={chosen > 0 && chosen < shown.length}
          onChange={({ target }) => onSelectAll(target.checked)}
        />
      </span>
      <span role="columnheader">{columns.state}</span>
      <span role="columnheader">{columns.site}</span>
      <span role="columnheader" className="max-lg:hidden">
        {columns.tags}
      </span>
      <span role="columnheader">{columns.day}</span>
      <span role="columnheader" className="text-right">
        {columns.p95}
      </span>
      <span role="columnheader" className="max-lg:hidden">
        {columns.trend}
      </span>
      <span role="columnheader" className="text-right whitespace-nowrap">
        {columns.uptime}
      </span>
      <span role="columnheader" className="text-right">
        {columns.coverage}
      </span>
      <span role="columnheader" className="text-right">
        {columns.certificate}
      </span>
      <span role="columnheader" className="text-right">
        {columns.checked}
      </span>
    </div>
  );
}

/** Brings the row that the keyboard moved to into view and focuses its link, so that Enter opens it. */
function useFocusOfActive(
  activeId: string | null,
  entries: readonly ListEntry[],
  scrollTo: (index: number) => void,
): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a move of the keyboard scrolls
  useEffect(() => {
    if (activeId === null) return;
    const find = () => document.querySelector<HTMLElement>(`[data-site-link="${activeId}"]`);
    if (find() === document.activeElement) return;
    scrollTo(entries.findIndex((entry) => entry.kind === "site" && entry.id === activeId));
    const frame = requestAnimationFrame(() => find()?.focus({ preventScroll: true }));
    return () => cancelAnimationFrame(frame);
  }, [activeId]);
}

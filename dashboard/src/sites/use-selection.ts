/** Which sites are selected. Only those that can be changed here, and that still exist. */
import { useCallback, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { SiteTable } from "../api/site-table.ts";

export function useSelection(table: SiteTable, shownIds: readonly string[]) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const lastToggled = useRef<string | null>(null);
  const latest = useRef({ table, shownIds });
  useLayoutEffect(() => {
    latest.current = { table, shownIds };
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: sites come and go with the ids
  const selected = useMemo(
    () => new Set([...chosen].filter((id) => table.byId.has(id))),
    [chosen, table.ids],
  );

  /** `range`: all between the last one and this one. */
  const toggle = useCallback((id: string, isSelected: boolean, range: boolean) => {
    const ids = range ? between(latest.current.shownIds, lastToggled.current, id) : [id];
    lastToggled.current = id;
    setChosen((before) =>
      withIds(
        before,
        ids.filter((each) => canBeChanged(latest.current.table, each)),
        isSelected,
      ),
    );
  }, []);

  const toggleAll = useCallback((isSelected: boolean) => {
    setChosen(
      isSelected
        ? new Set(latest.current.shownIds.filter((each) => canBeChanged(latest.current.table, each)))
        : new Set(),
    );
  }, []);

  const clear = useCallback(() => setChosen(new Set()), []);

  return { selected, toggle, toggleAll, clear };
}

function canBeChanged(table: SiteTable, id: string): boolean {
  return table.byId.get(id)?.editable === true;
}

function between(ids: readonly string[], from: string | null, to: string): readonly string[] {
  const start = from === null ? -1 : ids.indexOf(from);
  const end = ids.indexOf(to);
  return start < 0 || end < 0 ? [to] : ids.slice(Math.min(start, end), Math.max(start, end) + 1);
}

function withIds(
  before: ReadonlySet<string>,
  ids: readonly string[],
  isSelected: boolean,
): ReadonlySet<string> {
  const after = new Set(before);
  for (const id of ids) {
    if (isSelected) after.add(id);
    else after.delete(id);
  }
  return after;
}

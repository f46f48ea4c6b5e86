/** Views that the reader gave a name; kept in this browser. */
import { useSyncExternalStore } from "react";

export interface SavedView {
  readonly name: string;
  /** The query of the address. */
  readonly query: string;
}

const storageKey = "sitewire.views";
const listeners = new Set<() => void>();
let current = stored();

function stored(): readonly SavedView[] {
  try {
    const views: unknown = JSON.parse(localStorage.getItem(storageKey) ?? "[]");
    return Array.isArray(views) ? views.filter(isSavedView) : [];
  } catch {
    return [];
  }
}

function isSavedView(view: unknown): view is SavedView {
  return (
    typeof view === "object" &&
    view !== null &&
    "name" in view &&
    typeof view.name === "string" &&
    "query" in view &&
    typeof view.query === "string"
  );
}

function store(views: readonly SavedView[]): void {
  current = views;
  localStorage.setItem(storageKey, JSON.stringify(views));
  for (const listener of listeners) listener();
}

/** Replaces a view of the same name. */
export function saveView(view: SavedView): void {
  store([...current.filter(({ name }) => name !== view.name), view]);
}

export function deleteView(name: string): void {
  store(current.filter((view) => view.name !== name));
}

export function useSavedViews(): readonly SavedView[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    () => current,
  );
}

/**
 * Short messages in the corner. One that reports a change which can be undone carries "Undo" and stays ten seconds. What
 * shows them is loaded with the first one.
 */
import { lazy, Suspense, useSyncExternalStore } from "react";
import { addMessage, hasMessages, onFirstMessage } from "./toast-queue.ts";

const Viewport = lazy(() => import("./toast-viewport.tsx"));

/** Says what happened. */
export function announce(title: string): void {
  addMessage({ title, kind: "done" });
}

/** Says what failed, and what to do about it. It stays until it is closed. */
export function announceFailure(title: string, detail: string): void {
  addMessage({ title, detail, kind: "failed" });
}

/** Says what was changed and offers to take it back. */
export function announceWithUndo(title: string, undoLabel: string, undo: () => void): void {
  addMessage({ title, kind: "done", undo: { label: undoLabel, run: undo } });
}

export function Toasts() {
  const wanted = useSyncExternalStore(onFirstMessage, hasMessages);
  return wanted ? (
    <Suspense>
      <Viewport />
    </Suspense>
  ) : null;
}

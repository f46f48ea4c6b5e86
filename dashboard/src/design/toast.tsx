/**
 * Short messages in the corner. One that reports a change which can be undone carries "Undo" and stays ten seconds. What
 * shows them is loaded with the first one.
 */
import { lazy, Suspense, useSyncExternalStore } from "react";

export interface Message {
  readonly title: string;
  readonly detail?: string;
  readonly kind: "done" | "failed";
  readonly undo?: { readonly label: string; readonly run: () => void };
}

const Viewport = lazy(() => import("./toast-viewport.tsx"));
const waiting: Message[] = [];
let show: ((message: Message) => void) | null = null;
let isWanted = false;
let wantedListener = () => {};

/** Says what happened. */
export function announce(title: string): void {
  add({ title, kind: "done" });
}

/** Says what failed, and what to do about it. It stays until it is closed. */
export function announceFailure(title: string, detail: string): void {
  add({ title, detail, kind: "failed" });
}

/** Says what was changed and offers to take it back. */
export function announceWithUndo(title: string, undoLabel: string, undo: () => void): void {
  add({ title, kind: "done", undo: { label: undoLabel, run: undo } });
}

function add(message: Message): void {
  if (show !== null) {
    show(message);
    return;
  }
  waiting.push(message);
  isWanted = true;
  wantedListener();
}

/** For the viewport: takes all messages from now on, and those that wait for it. */
export function takeMessages(take: (message: Message) => void): void {
  show = take;
  for (const message of waiting.splice(0)) take(message);
}

export function Toasts() {
  const wanted = useSyncExternalStore(
    (listener) => {
      wantedListener = listener;
      return () => {
        wantedListener = () => {};
      };
    },
    () => isWanted,
  );
  return wanted ? (
    <Suspense>
      <Viewport />
    </Suspense>
  ) : null;
}

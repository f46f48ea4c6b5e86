/**
 * Keys for the whole page. A page adds its own with `useShortcuts`; none act while text is being entered, but Escape
 * and those with Ctrl or Command.
 */
import { useEffect, useEffectEvent } from "react";

/** Keys as `j`, `/`, `?`, `Escape`, `g s` (one after the other) or `mod+k` (Command or Ctrl). */
export type Shortcuts = Readonly<Record<string, (event: KeyboardEvent) => void>>;

const sequenceTimeoutMs = 1000;
let prefix = "";
let prefixAt = 0;

export function useShortcuts(shortcuts: Shortcuts): void {
  const handle = useEffectEvent((event: KeyboardEvent) => {
    const action = shortcuts[combinationOf(event)];
    if (!action) return;
    event.preventDefault();
    action(event);
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => {
      if (!event.defaultPrevented) handle(event);
    };
    document.addEventListener("keydown", listener);
    return () => document.removeEventListener("keydown", listener);
  }, []);
}

/** Remembers the first key of a sequence; registered once, before all others. */
document.addEventListener("keyup", (event) => {
  if (isEntering(event)) return;
  prefix = event.key === "g" && !event.ctrlKey && !event.metaKey ? "g" : "";
  prefixAt = event.timeStamp;
});

function combinationOf(event: KeyboardEvent): string {
  if (event.isComposing || event.altKey) return "";
  if (event.ctrlKey || event.metaKey) return `mod+${event.key.toLowerCase()}`;
  if (event.key !== "Escape" && (isEntering(event) || isInPopup(event))) return "";
  const isSequence = prefix !== "" && event.timeStamp - prefixAt < sequenceTimeoutMs;
  return isSequence ? `${prefix} ${event.key}` : event.key;
}

function isEntering({ target }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return target.type !== "checkbox";
  return (
    target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement
  );
}

/** A dialog or a menu has its own keys. */
function isInPopup({ target }: KeyboardEvent): boolean {
  return target instanceof HTMLElement && target.closest('[role="dialog"],[role="menu"]') !== null;
}

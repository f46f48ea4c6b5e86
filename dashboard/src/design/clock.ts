/** One clock for the page: it follows the server's time and ticks once a second for all relative times together. */
import { useSyncExternalStore } from "react";

let serverAheadMs = 0;
let tick = 0;
let timer: number | undefined;
const listeners = new Set<() => void>();

/** Called with the server's time when the live connection opens; from then on ages are right on a wrong clock too. */
export function followServerTime(serverNow: Date): void {
  serverAheadMs = serverNow.getTime() - Date.now();
}

/** Milliseconds since 1970 by the server's clock. */
export function now(): number {
  return Date.now() + serverAheadMs;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= window.setInterval(() => {
    if (document.hidden) return;
    tick += 1;
    for (const each of listeners) each();
  }, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    window.clearInterval(timer);
    timer = undefined;
  };
}

/** The time now, again each second. `everySeconds` re-renders less often where a second does not show. */
export function useNow(everySeconds = 1): number {
  useSyncExternalStore(subscribe, () => Math.floor(tick / everySeconds));
  return now();
}

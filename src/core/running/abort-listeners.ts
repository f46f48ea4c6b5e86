/**
 * Many short-lived listeners on one long-lived signal. The signal itself gets a single one: its own list links
 * removed listeners to later ones, which keeps the garbage of thousands of checks alive until a full collection.
 */

interface Listening {
  readonly onAbort: () => void;
  index: number;
}

const listenersOf = new WeakMap<AbortSignal, Listening[]>();

/**
 * Calls `onAbort` once when the signal aborts, unless the function that is returned is called before. On a signal
 * that has aborted already it is never called: ask first.
 */
export function listenForAbort(signal: AbortSignal, onAbort: () => void): () => void {
  const listeners = listenersOf.get(signal) ?? startListening(signal);
  const listening: Listening = { onAbort, index: listeners.length };
  listeners.push(listening);
  return () => {
    if (listeners[listening.index] !== listening) return;
    const last = listeners.pop();
    if (last === undefined || last === listening) return;
    last.index = listening.index;
    listeners[last.index] = last;
  };
}

function startListening(signal: AbortSignal): Listening[] {
  const listeners: Listening[] = [];
  listenersOf.set(signal, listeners);
  const tellAll = (): void => {
    for (const { onAbort } of listeners.splice(0)) onAbort();
  };
  signal.addEventListener("abort", tellAll, { once: true });
  return listeners;
}

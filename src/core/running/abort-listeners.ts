/**
 * Manages many short-lived listeners of one long-lived AbortSignal. The signal itself has a single listener: Node's own
 * listener list links removed listeners to later ones, which retains the memory of thousands of checks until a full
 * garbage collection.
 */

interface Listening {
  readonly onAbort: () => void;
  index: number;
}

const listenersOf = new WeakMap<AbortSignal, Listening[]>();

/**
 * Calls `onAbort` once when the signal aborts, unless the returned function is called before. When the signal has
 * already aborted, `onAbort` is never called: check `signal.aborted` first.
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
  const notifyAll = (): void => {
    for (const { onAbort } of listeners.splice(0)) onAbort();
  };
  signal.addEventListener("abort", notifyAll, { once: true });
  return listeners;
}

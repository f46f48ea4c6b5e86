/** Runs several tasks of one process, and stops them in the order in which data flows. */

export type Task = (signal: AbortSignal) => Promise<void>;

/**
 * Runs all tasks. On abort, the sources stop first and drain; the carriers stop after every source has ended, so they
 * can deliver what the sources produced last. A task that fails or ends early stops all. Rejects with the first failure.
 */
export async function runTogether(
  source: Task | readonly Task[],
  carriers: readonly Task[],
  signal: AbortSignal,
): Promise<void> {
  const stopSources = new AbortController();
  const stopCarriers = new AbortController();
  const either = AbortSignal.any([signal, stopSources.signal]);
  const sources = typeof source === "function" ? [source] : source;
  const drained = Promise.allSettled(sources.map((run) => run(either).finally(() => stopSources.abort())));
  const outcomes = await Promise.all([
    drained.finally(() => stopCarriers.abort()),
    Promise.allSettled(carriers.map((run) => run(stopCarriers.signal).finally(() => stopSources.abort()))),
  ]);
  for (const outcome of outcomes.flat()) {
    if (outcome.status === "rejected" && !isEnding(outcome.reason)) throw outcome.reason;
  }

  function isEnding(reason: unknown): boolean {
    const signals = [either, stopCarriers.signal];
    return signals.some((stop) => stop.aborted && reason === stop.reason);
  }
}

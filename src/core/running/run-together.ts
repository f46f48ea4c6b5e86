/** Several tasks of one process, stopped in the order in which data flows. */

export type Task = (signal: AbortSignal) => Promise<void>;

/**
 * The source stops first and drains, so that the carriers can still carry what it leaves; a failure of any stops all.
 * Rejects with the first failure.
 */
export async function runTogether(
  source: Task,
  carriers: readonly Task[],
  signal: AbortSignal,
): Promise<void> {
  const stopSource = new AbortController();
  const stopCarriers = new AbortController();
  const tasks = [
    source(AbortSignal.any([signal, stopSource.signal])).finally(() => stopCarriers.abort()),
    ...carriers.map((carrier) => carrier(stopCarriers.signal).finally(() => stopSource.abort())),
  ];
  const outcomes = await Promise.allSettled(tasks);
  for (const outcome of outcomes) {
    if (outcome.status === "rejected" && !isEnding(outcome.reason)) throw outcome.reason;
  }

  function isEnding(reason: unknown): boolean {
    return [stopSource, stopCarriers].some((stop) => stop.signal.aborted && reason === stop.signal.reason);
  }
}

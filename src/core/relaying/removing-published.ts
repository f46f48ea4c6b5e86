/** Removes published rows from an outbox once they have been kept long enough. */
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { retryWhileUnavailable } from "../running/retrying.ts";
import type { OutboxQueue } from "./ports.ts";

export interface RemovalOptions {
  readonly queue: Pick<OutboxQueue, "removePublished">;
  readonly clock: Clock;
  readonly log: Log;
  readonly keepPublishedMs: number;
}

/** Rows that outstay their time are at most a tenth of those that are kept. */
const OVERSTAY = 0.1;
const SHORTEST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
const BATCH = 10_000;

/** Removes until the signal aborts. */
export async function removePublishedRows(options: RemovalOptions, signal: AbortSignal): Promise<void> {
  const { queue, clock, log, keepPublishedMs } = options;
  const pauseMs = Math.min(LONGEST_PAUSE_MS, Math.max(SHORTEST_PAUSE_MS, keepPublishedMs * OVERSTAY));
  while (!signal.aborted) {
    try {
      const remove = (): Promise<number> => queue.removePublished(keepPublishedMs, BATCH);
      const removed = await retryWhileUnavailable(remove, { what: "outbox clean-up", log, signal });
      if (removed < BATCH) await clock.sleep(pauseMs, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}

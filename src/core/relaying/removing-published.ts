/** Removes published rows from an outbox after their retention time, and reclaims their space. */
import type { Clock } from "../clock.ts";
import { UnavailableError } from "../failures.ts";
import type { Log } from "../log.ts";
import { repeatUntilAborted } from "../running/repeating.ts";
import type { OutboxQueue } from "./ports.ts";

export interface RemovalOptions {
  readonly queue: Pick<OutboxQueue, "removePublished" | "reclaim">;
  readonly clock: Clock;
  readonly log: Log;
  readonly keepPublishedMs: number;
}

/** At most this share of the kept rows is past its retention time. */
const OVERSTAY = 0.1;
const SHORTEST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
const BATCH = 10_000;
/** Autovacuum runs at most once a minute by default (`autovacuum_naptime`): a million dead rows would accumulate. */
const RECLAIM_AFTER_ROWS = 50_000;
/** Multiple of the last attempt's duration to wait before the next: a long snapshot can make attempts useless. */
const RECLAIM_PAUSE = 10;

/** Removes until the signal aborts. */
export async function removePublishedRows(options: RemovalOptions, signal: AbortSignal): Promise<void> {
  const { queue, clock, log, keepPublishedMs } = options;
  const pauseMs = Math.min(LONGEST_PAUSE_MS, Math.max(SHORTEST_PAUSE_MS, keepPublishedMs * OVERSTAY));
  let notReclaimed = 0;
  let nextReclaimAtMs = Number.NEGATIVE_INFINITY;
  const reclaim = async (): Promise<void> => {
    const startedAtMs = clock.monotonicMs();
    try {
      if (await queue.reclaim(notReclaimed)) notReclaimed = 0;
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error;
      log.debug({ reason: error.message }, "outbox not vacuumed; autovacuum will do it");
    }
    const nowMs = clock.monotonicMs();
    nextReclaimAtMs = nowMs + RECLAIM_PAUSE * (nowMs - startedAtMs);
  };
  const remove = async (): Promise<number> => {
    const removed = await queue.removePublished(keepPublishedMs, BATCH);
    notReclaimed += removed;
    if (notReclaimed >= RECLAIM_AFTER_ROWS && clock.monotonicMs() >= nextReclaimAtMs) await reclaim();
    return removed < BATCH ? pauseMs : 0;
  };
  await repeatUntilAborted(remove, { ...options, what: "outbox clean-up", upkeep: true }, signal);
}

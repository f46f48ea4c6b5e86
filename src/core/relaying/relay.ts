/**
 * The relay publishes every row of an outbox, whichever program inserted it, at least once and in order per key.
 *
 * Relays lease lanes (hashes of the key), so several relays share the work and only one relay at a time publishes a key.
 * A relay stops sending the rows of a lane before its lease ends, so two relays never send one lane's rows at once.
 */
import type { Clock } from "../clock.ts";
import type { EventPublisher } from "../events/ports.ts";
import type { Log } from "../log.ts";
import { CountedLog } from "../running/counted-log.ts";
import { repeatUntilAborted } from "../running/repeating.ts";
import { runTogether, type Task } from "../running/run-together.ts";
import type { BatchRules } from "./batch.ts";
import { Horizon } from "./horizon.ts";
import { LaneLease } from "./lane-lease.ts";
import { Pipeline } from "./pipeline.ts";
import type { OutboxQueue } from "./ports.ts";
import { removePublishedRows } from "./removing-published.ts";

export interface RelayOptions extends BatchRules {
  readonly queue: OutboxQueue;
  readonly publisher: EventPublisher;
  readonly clock: Clock;
  readonly log: Log;
  /** Names this relay among those that share the outbox. */
  readonly owner: string;
  /** Largest number of rows in one pipeline's batch. */
  readonly batchSize: number;
  /** Number of pipelines that publish concurrently. The relay divides its lanes among them. */
  readonly pipelines: number;
  /** Poll interval, for insert notifications that were missed. */
  readonly pollMs: number;
  readonly leaseMs: number;
  /** Published rows are kept this long, then removed. */
  readonly keepPublishedMs: number;
  /** Called after each batch with the number of rows that were published. */
  readonly onPublished?: (count: number) => void;
}

const LOG_COUNTS_EVERY_MS = 1_000;

/** Relays until the signal aborts, then finishes the current batches, releases its lanes and resolves. */
export async function runRelay(options: RelayOptions, signal: AbortSignal): Promise<void> {
  const { queue, clock, log, owner } = options;
  const lease = new LaneLease(options);
  const horizon = new Horizon(options);
  const counted = new CountedLog(clock);
  const pipelines = Array.from({ length: options.pipelines }, (_, index): Task => {
    const takes = (lane: number): boolean => lane % options.pipelines === index;
    const pipeline = new Pipeline({ ...options, lease, horizon, counted, takes });
    return (until) => pipeline.run(until);
  });
  const logCounts = async (): Promise<number> => {
    counted.logDue();
    return LOG_COUNTS_EVERY_MS;
  };
  const carriers: readonly Task[] = [
    (until) => lease.keep(until),
    (until) => horizon.keep(until),
    (until) => removePublishedRows(options, until),
    (until) => repeatUntilAborted(logCounts, { what: "log", clock, log }, until),
  ];
  try {
    await runTogether(pipelines, carriers, signal);
  } finally {
    counted.logRemaining();
    await queue.releaseLanes(owner).catch((error: unknown) => {
      log.warn({ reason: String(error) }, "outbox lanes not released; their lease will expire");
    });
  }
}

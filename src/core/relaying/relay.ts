/**
 * The relay: publishes every row of an outbox, whoever inserted it, at least once and in order per key.
 *
 * Lanes (a hash of the key) are leased, so several relays share the work while one key is only ever in one relay's
 * hands. What a relay publishes is bounded by the lease of the lanes it carries, so nothing of it is sent any more when
 * another relay takes a lane over.
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
  /** Rows read and published at a time by one pipeline, at most. */
  readonly batchSize: number;
  /** Lanes are divided among this many pipelines that publish side by side. */
  readonly pipelines: number;
  /** The safety net under insert notifications. */
  readonly pollMs: number;
  readonly leaseMs: number;
  /** Published rows are kept this long, then removed. */
  readonly keepPublishedMs: number;
  /** Called with how many rows a pipeline just published. */
  readonly onPublished?: (count: number) => void;
}

const TELL_COUNTS_EVERY_MS = 1_000;

/** Relays until the signal aborts, then finishes the batches in hand, gives its lanes back and resolves. */
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
  const tellCounts = async (): Promise<number> => {
    counted.tellDue();
    return TELL_COUNTS_EVERY_MS;
  };
  const carriers: readonly Task[] = [
    (until) => lease.keep(until),
    (until) => horizon.keep(until),
    (until) => removePublishedRows(options, until),
    (until) => repeatUntilAborted(tellCounts, { what: "log", clock, log }, until),
  ];
  try {
    await runTogether(pipelines, carriers, signal);
  } finally {
    counted.tellRest();
    await queue.releaseLanes(owner).catch((error: unknown) => {
      log.warn({ reason: String(error) }, "outbox lanes not released; their lease will expire");
    });
  }
}

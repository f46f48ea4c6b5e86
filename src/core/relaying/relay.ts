/**
 * The relay: publishes every row of an outbox, whoever inserted it, at least once and in order per key.
 *
 * Lanes (a hash of the key) are leased, so several relays share the work while one key is only ever in one relay's
 * hands. A relay publishes only while its lease outlasts the longest publish, so what it has in flight is settled
 * before another relay may take the lane over.
 */
import type { Clock } from "../clock.ts";
import type { EventPublisher } from "../events/ports.ts";
import { UnavailableError } from "../failures.ts";
import type { Log } from "../log.ts";
import { keepLease } from "../running/keeping-lease.ts";
import { retryWhileUnavailable } from "../running/retrying.ts";
import { WakeUp } from "../running/wake-up.ts";
import type { OutboxQueue, OutboxRow, ParkedRow } from "./ports.ts";
import { removePublishedRows } from "./removing-published.ts";

export interface RelayOptions {
  readonly queue: OutboxQueue;
  readonly publisher: EventPublisher;
  readonly clock: Clock;
  readonly log: Log;
  /** Names this relay among those that share the outbox. */
  readonly owner: string;
  /** Rows read and published at a time by one pipeline. */
  readonly batchSize: number;
  /** Lanes are divided among this many pipelines that publish side by side. */
  readonly pipelines: number;
  /** The safety net under insert notifications. */
  readonly pollMs: number;
  readonly leaseMs: number;
  /** The publisher's bound on one publish: after it nothing of the batch is in flight any more. */
  readonly publishTimeoutMs: number;
  /** Published rows are kept this long, then removed. */
  readonly keepPublishedMs: number;
  /** Called with how many rows a pipeline just published. */
  readonly onPublished?: (count: number) => void;
}

/** Relays until the signal aborts, then finishes the batches in hand, gives its lanes back and resolves. */
export async function runRelay(options: RelayOptions, signal: AbortSignal): Promise<void> {
  const { queue, log, owner } = options;
  // A task that fails must not leave the others running behind a rejected promise.
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const lease = new LaneLease(options);
  const pipelines = Array.from({ length: options.pipelines }, (_, index) =>
    runPipeline(index, lease, options, either),
  );
  const tasks = [lease.keep(either), removePublishedRows(options, either), ...pipelines];
  const settled = await Promise.allSettled(tasks.map((task) => task.finally(() => stop.abort())));
  await queue.releaseLanes(owner).catch((error: unknown) => {
    log.warn({ reason: String(error) }, "lanes not given back; they expire by themselves");
  });
  const failure = settled.find((result) => result.status === "rejected");
  if (failure !== undefined && !signal.aborted) throw failure.reason;
}

/** The lanes this relay holds and until when, on the monotonic clock. */
class LaneLease {
  readonly #options: RelayOptions;
  readonly #renewal: WakeUp[] = [];
  #lanes: readonly number[] = [];
  #validUntilMs = Number.NEGATIVE_INFINITY;

  constructor(options: RelayOptions) {
    this.#options = options;
  }

  /** Lanes of one pipeline that can be published now and settled before the lease ends. */
  lanesOf(pipeline: number): readonly number[] {
    const { clock, publishTimeoutMs, pipelines } = this.#options;
    if (clock.monotonicMs() + publishTimeoutMs >= this.#validUntilMs) return [];
    return this.#lanes.filter((lane) => lane % pipelines === pipeline);
  }

  onRenewed(wakeUp: WakeUp): void {
    this.#renewal.push(wakeUp);
  }

  async keep(signal: AbortSignal): Promise<void> {
    const { queue, clock, log, owner, leaseMs } = this.#options;
    const lease = (): Promise<readonly number[]> => queue.leaseLanes(owner, leaseMs);
    const onLeased = (lanes: readonly number[], untilMs: number): void => {
      this.#lanes = lanes;
      this.#validUntilMs = untilMs;
      for (const wakeUp of this.#renewal) wakeUp.wake();
    };
    await keepLease({ lease, leaseMs, what: "outbox lanes", clock, log, onLeased }, signal);
  }
}

async function runPipeline(
  index: number,
  lease: LaneLease,
  options: RelayOptions,
  signal: AbortSignal,
): Promise<void> {
  const { queue, clock, log, batchSize, pollMs } = options;
  const wakeUp = new WakeUp(clock);
  queue.onInserted(() => wakeUp.wake(), signal);
  lease.onRenewed(wakeUp);
  const relayBatch = async (): Promise<number> => {
    const lanes = lease.lanesOf(index);
    if (lanes.length === 0) return 0;
    const rows = await queue.readUnpublished(lanes, batchSize);
    // The lease may have run short while the database took its time.
    if (rows.length === 0 || lease.lanesOf(index).length === 0) return 0;
    await publishRows(rows, options, signal);
    return rows.length;
  };
  while (!signal.aborted) {
    try {
      const count = await retryWhileUnavailable(relayBatch, { what: "relay", log, signal });
      if (count < batchSize) await wakeUp.wait(pollMs, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}

/** Publishes rows and settles them in the outbox. Throws `UnavailableError` when their fate is unknown: they stay. */
async function publishRows(
  rows: readonly OutboxRow[],
  options: RelayOptions,
  signal: AbortSignal,
): Promise<void> {
  const { queue, publisher, log } = options;
  const outcomes = await publisher.publish(rows.map((row) => row.event));
  const published: bigint[] = [];
  const parked: ParkedRow[] = [];
  for (const [index, row] of rows.entries()) {
    const outcome = outcomes[index];
    if (outcome?.kind === "acknowledged") published.push(row.id);
    if (outcome?.kind === "refused") parked.push({ id: row.id, code: outcome.code, reason: outcome.reason });
  }
  const patient = { what: "outbox", log, signal };
  if (published.length > 0) await settle(() => queue.markPublished(published), patient);
  if (parked.length > 0) await settle(() => queue.park(parked), patient);
  for (const { id, code, reason } of parked)
    log.error({ outboxId: String(id), code, reason }, "outbox row parked");
  options.onPublished?.(published.length);
  const unknown = outcomes.find((outcome) => outcome.kind === "unknown");
  if (unknown?.kind === "unknown") throw new UnavailableError(unknown.reason);
}

/** Tries once even while shutting down: an acknowledged row that is not marked is published again. */
async function settle(
  action: () => Promise<void>,
  patient: { readonly what: string; readonly log: Log; readonly signal: AbortSignal },
): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (!(error instanceof UnavailableError)) throw error;
    await retryWhileUnavailable(action, patient);
  }
}

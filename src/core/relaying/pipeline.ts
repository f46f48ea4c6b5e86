/** One pipeline of a relay: it reads, publishes and settles the rows of its lanes, one batch at a time. */
import type { Clock } from "../clock.ts";
import type { EventPublisher } from "../events/ports.ts";
import type { Log } from "../log.ts";
import type { CountedLog } from "../running/counted-log.ts";
import { outagesOf, type Part } from "../running/outages.ts";
import { repeatUntilAborted } from "../running/repeating.ts";
import { WakeUp } from "../running/wake-up.ts";
import { BacklogPosition, type Step } from "./backlog-position.ts";
import { Batch, type BatchRules } from "./batch.ts";
import { BatchBytes } from "./batch-bytes.ts";
import type { Horizon } from "./horizon.ts";
import type { LaneLease } from "./lane-lease.ts";
import type { OutboxQueue, OutboxRow } from "./ports.ts";
import { Settling } from "./settling.ts";

export interface PipelineOptions extends BatchRules {
  readonly queue: OutboxQueue;
  readonly publisher: EventPublisher;
  readonly clock: Clock;
  readonly log: Log;
  readonly counted: CountedLog;
  readonly lease: LaneLease;
  readonly horizon: Horizon;
  /** Whether a lane belongs to this pipeline. */
  readonly takes: (lane: number) => boolean;
  /** Largest number of rows in one batch. */
  readonly batchSize: number;
  readonly pollMs: number;
  readonly onPublished?: ((count: number) => void) | undefined;
}

/** Pause after a batch without progress while more rows wait. */
const PAUSE_MS = 50;

export class Pipeline {
  readonly #options: PipelineOptions;
  readonly #position = new BacklogPosition();
  readonly #batchBytes = new BatchBytes();
  readonly #settling: Settling;
  readonly #wakeUp: WakeUp;
  readonly #publishing: Part;
  #lanes: readonly number[] = [];
  /** Whether the last batch skipped rows of held keys; then the position should move past them. */
  #passedOver = false;

  constructor(options: PipelineOptions) {
    this.#options = options;
    this.#settling = new Settling(options);
    this.#wakeUp = new WakeUp(options.clock);
    this.#publishing = outagesOf(options.log).part({ what: "relay" });
  }

  /** Relays until the signal aborts, then finishes the current batch. */
  async run(signal: AbortSignal): Promise<void> {
    const { queue, lease, horizon, clock, log } = this.#options;
    const wakeUp = this.#wakeUp;
    queue.onInserted(() => wakeUp.wake(), signal);
    lease.onRenewed(() => wakeUp.wake());
    horizon.onRewind(() => {
      this.#position.rewind();
      wakeUp.wake();
    });
    await repeatUntilAborted(() => this.#relayBatch(signal), { what: "relay", clock, log, wakeUp }, signal);
  }

  /** Returns how long to wait before the next batch, in milliseconds. */
  async #relayBatch(signal: AbortSignal): Promise<number> {
    const { queue, clock, batchSize, pollMs, horizon } = this.#options;
    const lanes = this.#leasedLanes();
    if (lanes.length === 0) this.#publishing.left();
    const step = this.#position.next(clock.monotonicMs());
    if (lanes.length === 0 || step === null) return this.#pauseMs(pollMs);
    if (this.#passedOver) await horizon.look();
    // Taken before the read: rows that become visible later are not part of the read.
    const { visibleUpToId } = horizon;
    const range = { afterId: step.afterId, maxRows: batchSize, maxBytes: this.#batchBytes.current };
    const read = await queue.readUnpublished(lanes, range);
    const rows = read.rows.filter((row) => !this.#position.passesOver(step, row));
    const undecided = await this.#publish(step, rows, signal);
    this.#passedOver = rows.length < read.rows.length;
    const nowMs = clock.monotonicMs();
    const moved = this.#position.finish(step, read, undecided, visibleUpToId, nowMs);
    if (read.upToId === null) return this.#pauseMs(pollMs);
    const gotOn = rows.length === 0 ? moved : undecided.length < rows.length;
    return gotOn ? 0 : PAUSE_MS;
  }

  /** Time until the next poll or the next retry of held rows, whichever comes first. */
  #pauseMs(pollMs: number): number {
    const retryInMs = this.#position.retryInMs(this.#options.clock.monotonicMs());
    return retryInMs === null ? pollMs : Math.min(pollMs, Math.max(retryInMs, 1));
  }

  /** Rewinds when the pipeline gains a lane, whose rows earlier reads did not include. */
  #leasedLanes(): readonly number[] {
    const { lease, takes } = this.#options;
    const lanes = lease.lanes().filter(takes);
    if (lanes.some((lane) => !this.#lanes.includes(lane))) this.#position.rewind();
    this.#lanes = lanes;
    return lanes;
  }

  /** Publishes and settles rows; returns those to retry. */
  async #publish(step: Step, rows: readonly OutboxRow[], signal: AbortSignal): Promise<readonly OutboxRow[]> {
    const { lease, onPublished } = this.#options;
    // Another relay may have taken over lanes while the query ran.
    const held = rows.filter(({ lane }) => lease.holds(lane));
    const batch = new Batch(held, (row) => this.#settling.isAcknowledged(row), this.#options);
    if (batch.publishable.length > 0) await this.#send(batch);
    const decidedBytes = batch.verdicts.reduce((sum, { row }) => sum + row.sizeBytes, 0);
    if (step.kind === "onwards") this.#batchBytes.carried(decidedBytes, batch.undecided.length === 0);
    const unsettled = await this.#settling.settle(batch.verdicts, signal);
    onPublished?.(batch.verdicts.filter(({ refusal }) => refusal === null).length);
    const kept = new Set(held);
    const lost = rows.filter((row) => !kept.has(row));
    return [...lost, ...batch.undecided.map(({ row }) => row), ...unsettled];
  }

  async #send(batch: Batch): Promise<void> {
    const { lease, publisher, afterParked, log, counted } = this.#options;
    const events = batch.publishable.map(({ event }) => event);
    const lanes = new Set(batch.publishable.map(({ lane }) => lane));
    const outcomes = await lease.whileHeld(lanes, (held) =>
      publisher.publish(events, { signal: held, afterRefused: afterParked }),
    );
    batch.decide(outcomes);
    this.#noteOutage(batch);
    const byTopic = Map.groupBy(batch.undecided, ({ row }) => row.event.topic);
    for (const [topic, [first, ...rest]] of byTopic) {
      if (first === undefined) continue;
      counted.note(`undecided ${topic}`, 1 + rest.length, (rows) =>
        log.warn({ topic, reason: first.reason, rows }, "outbox rows not published yet, retrying"),
      );
    }
  }

  /** A relay that can publish nothing at all is not ready. */
  #noteOutage({ publishable, undecided }: Batch): void {
    const [first] = undecided;
    if (first === undefined || undecided.length < publishable.length) this.#publishing.recovered();
    else this.#publishing.failed(first.reason, { quiet: true });
  }
}

/**
 * The consumer's side of the database as event log (see event-log.ts). One consumer of a group at a time: it holds a
 * lease, and another takes over when that ends. Rows are marked after they were handled, never before, so a crash in
 * between hands them over once more.
 */
import type { EventBatch, EventSource } from "../../../core/events/ports.ts";
import { UnavailableError } from "../../../core/failures.ts";
import type { Log } from "../../../core/log.ts";
import { keepLease } from "../../../core/running/keeping-lease.ts";
import { repeatUntilAborted } from "../../../core/running/repeating.ts";
import { retryWhileUnavailable } from "../../../core/running/retrying.ts";
import { runTogether } from "../../../core/running/run-together.ts";
import { WakeUp } from "../../../core/running/wake-up.ts";
import { systemClock } from "../../process/clock.ts";
import { newLeaseOwner } from "../../process/lease-owner.ts";
import { bigIntegerColumn, textColumn } from "../binary/columns.ts";
import type { SqlService } from "../connecting/sql.ts";
import { leaseShards, releaseShards } from "../leases.ts";
import { consumedEvent, type LogRow } from "./event-log.ts";
import { EVENT_COLUMNS, ROW_BYTES, upToBytes } from "./outbox-rows.ts";
import type { OutboxTable } from "./outbox-table.ts";

const READ_ROWS = 1000;
const READ_BYTES = 8 << 20;
/**
 * The bounds of the poll interval. Of several transactions that insert at the same time only one notifies, maybe before
 * the others commit, so polls follow each notification. The interval is as long as the last notification is ago: polls
 * after 1, 2, 4 and 8 seconds find a late commit while it is young, and an idle log is read six times a minute.
 */
const SHORTEST_POLL_MS = 1000;
const LONGEST_POLL_MS = 10_000;
/** Consumed rows are kept this long for inspection, then removed. */
const KEEP_CONSUMED_MS = 600_000;
const REMOVE_EVERY_MS = 60_000;
const REMOVE_ROWS = 5000;
const CHANNEL = "sitewire_outbox";

export interface SqlEventSourceOptions {
  readonly service: SqlService;
  readonly table: OutboxTable;
  readonly topics: readonly string[];
  readonly group: string;
  /** How long another consumer waits to take over from one that was killed. */
  readonly leaseMs: number;
  /** The wait after a batch that was not full; none without it. */
  readonly gatherMs?: number;
  /** The shortest pause after any read that was not full; none without it. */
  readonly apartMs?: number;
  readonly log: Log;
}

type SizedRow = LogRow & { readonly size_bytes: bigint };

type Handle = (batch: EventBatch, signal: AbortSignal) => Promise<void>;

export class SqlEventSource implements EventSource {
  readonly #options: SqlEventSourceOptions;
  readonly #statements: ReturnType<typeof statementsOf>;
  /** Names this consumer among those of its group. */
  readonly #owner = newLeaseOwner();
  readonly #wakeUp = new WakeUp(systemClock);
  #leasedUntilMs = Number.NEGATIVE_INFINITY;
  /** When an insert was last heard of. */
  #insertedAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: SqlEventSourceOptions) {
    this.#options = options;
    this.#statements = statementsOf(options.table.quoted);
  }

  async run(handle: Handle, signal: AbortSignal): Promise<void> {
    const { service, table } = this.#options;
    const stop = new AbortController();
    const heard = (payload: string | null): void => {
      if (payload !== null && payload !== table.name) return;
      this.#insertedAtMs = systemClock.monotonicMs();
      this.#wakeUp.wake();
    };
    service.listen(CHANNEL, heard, AbortSignal.any([signal, stop.signal]));
    try {
      await runTogether(
        (until) => this.#consume(handle, until),
        [(until) => this.#keepLease(until), (until) => this.#removeConsumed(until)],
        signal,
      );
    } finally {
      stop.abort();
      await this.#releaseLease();
    }
  }

  async #consume(handle: Handle, signal: AbortSignal): Promise<void> {
    const { gatherMs = 0, apartMs = 0 } = this.#options;
    while (!signal.aborted) {
      const rows = await this.#read(signal);
      for (const batch of batchesOf(rows)) {
        if (signal.aborted) return;
        await handle(batch, signal);
        await this.#markConsumed(batch, signal);
      }
      if (isFull(rows)) continue;
      const pauseMs = Math.max(apartMs, rows.length > 0 ? gatherMs : 0);
      if (pauseMs > 0) await systemClock.sleep(pauseMs, signal).catch(() => {});
      await this.#wakeUp.wait(this.#pollMs(), signal);
    }
  }

  #pollMs(): number {
    if (!this.#options.service.isListening) return SHORTEST_POLL_MS;
    const notifiedAgoMs = systemClock.monotonicMs() - this.#insertedAtMs;
    return Math.min(Math.max(notifiedAgoMs, SHORTEST_POLL_MS), LONGEST_POLL_MS);
  }

  async #read(signal: AbortSignal): Promise<readonly SizedRow[]> {
    const { service, topics, log } = this.#options;
    if (systemClock.monotonicMs() >= this.#leasedUntilMs) return [];
    const read = () =>
      service.rows<SizedRow>(this.#statements.readUnconsumed, [textColumn(topics), READ_ROWS, READ_BYTES]);
    return await retryWhileUnavailable(read, { what: "event log", log, signal });
  }

  /** Tries once even while shutting down: a row that is not marked is handled again. */
  async #markConsumed(batch: EventBatch, signal: AbortSignal): Promise<void> {
    const { service, log } = this.#options;
    const ids = bigIntegerColumn(batch.events.map(({ offset }) => offset));
    const mark = () => service.change(this.#statements.markConsumed, [ids]);
    try {
      await mark();
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error;
      await retryWhileUnavailable(mark, { what: "event log", log, signal });
    }
  }

  async #keepLease(signal: AbortSignal): Promise<void> {
    const { service, group, log, leaseMs } = this.#options;
    const request = { scope: scopeOf(group), owner: this.#owner, leaseMs, shards: 1 };
    const lease = (): Promise<readonly number[]> => leaseShards(service, request);
    const onLeased = (shards: readonly number[], untilMs: number): void => {
      const wasLeased = systemClock.monotonicMs() < this.#leasedUntilMs;
      this.#leasedUntilMs = shards.length > 0 ? untilMs : Number.NEGATIVE_INFINITY;
      if (!wasLeased) this.#wakeUp.wake();
    };
    const keeping = { lease, leaseMs, what: "event log lease", clock: systemClock, log, onLeased };
    await keepLease(keeping, signal);
  }

  async #releaseLease(): Promise<void> {
    const { service, group, log } = this.#options;
    await releaseShards(service, scopeOf(group), this.#owner).catch((error: unknown) => {
      log.debug({ reason: String(error) }, "event log lease not released; it will expire");
    });
  }

  async #removeConsumed(signal: AbortSignal): Promise<void> {
    const { service, topics, log } = this.#options;
    const values = [textColumn(topics), KEEP_CONSUMED_MS, REMOVE_ROWS];
    const remove = async (): Promise<number> => {
      const removed = await service.change(this.#statements.removeConsumed, values);
      return removed < REMOVE_ROWS ? REMOVE_EVERY_MS : 0;
    };
    await repeatUntilAborted(
      remove,
      { what: "event log clean-up", upkeep: true, clock: systemClock, log },
      signal,
    );
  }
}

function statementsOf(table: string) {
  return {
    readUnconsumed: upToBytes(
      `id, created_at, size_bytes, ${EVENT_COLUMNS}`,
      `SELECT id, created_at, ${EVENT_COLUMNS}, ${ROW_BYTES} AS size_bytes FROM ${table}
       WHERE NOT published AND parked_at IS NULL AND waits_for IS NULL AND topic_name = ANY ($1::text[])
       ORDER BY id LIMIT $2`,
      "$3",
    ),
    markConsumed: `
      UPDATE ${table} SET published = true, published_at = now()
      WHERE id = ANY ($1::bigint[]) AND NOT published`,
    removeConsumed: `
      DELETE FROM ${table} WHERE id IN (
        SELECT id FROM ${table}
        WHERE published AND published_at < now() - $2 * interval '1 millisecond' AND topic_name = ANY ($1::text[])
        ORDER BY published_at LIMIT $3 FOR UPDATE SKIP LOCKED
      )`,
  };
}

/** Whether there may be more rows than were read. */
function isFull(rows: readonly SizedRow[]): boolean {
  const sizeBytes = rows.reduce((sum, row) => sum + Number(row.size_bytes), 0);
  return rows.length >= READ_ROWS || sizeBytes >= READ_BYTES;
}

function scopeOf(group: string): string {
  return `log ${group}`;
}

/** One batch a topic, each in the order of ids. */
function batchesOf(rows: readonly LogRow[]): readonly EventBatch[] {
  const topics = Map.groupBy(rows.map(consumedEvent), ({ topic }) => topic);
  return [...topics].map(([topic, events]) => ({ topic, partition: 0, events }));
}

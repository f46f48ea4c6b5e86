/** Settles rows in the outbox: marks acknowledged rows as published and parks refused ones. */
import { UnavailableError } from "../failures.ts";
import type { Log } from "../log.ts";
import type { CountedLog } from "../running/counted-log.ts";
import { retryWhileUnavailable } from "../running/retrying.ts";
import type { Verdict } from "./batch.ts";
import type { OutboxQueue, OutboxRow } from "./ports.ts";

export interface SettlingOptions {
  readonly queue: Pick<OutboxQueue, "markPublished" | "park">;
  readonly log: Log;
  readonly counted: CountedLog;
}

export class Settling {
  readonly #options: SettlingOptions;
  /** Acknowledged rows that the outbox refused to mark. They must never be published again. */
  readonly #unmarked = new Set<bigint>();

  constructor(options: SettlingOptions) {
    this.#options = options;
  }

  /** Whether the row was acknowledged but could not be marked as published. */
  isAcknowledged(row: OutboxRow): boolean {
    return this.#unmarked.has(row.id);
  }

  /** Returns the rows that the outbox refused to settle. Rejects only with the signal's reason. */
  async settle(verdicts: readonly Verdict[], signal: AbortSignal): Promise<readonly OutboxRow[]> {
    const { queue } = this.#options;
    const acknowledged = verdicts.filter(({ refusal }) => refusal === null);
    const refused = verdicts.filter(({ refusal }) => refusal !== null);
    const mark = (some: readonly Verdict[]) => queue.markPublished(some.map(({ row }) => row.id));
    const park = (some: readonly Verdict[]) =>
      queue.park(some.flatMap(({ row, refusal }) => (refusal === null ? [] : [{ id: row.id, ...refusal }])));
    const unmarked = await this.#each(acknowledged, mark, signal);
    for (const { row } of acknowledged) this.#unmarked.delete(row.id);
    for (const { row } of unmarked) this.#unmarked.add(row.id);
    const unparked = await this.#each(refused, park, signal);
    this.#logParked(refused.filter((verdict) => !unparked.includes(verdict)));
    return [...unmarked, ...unparked].map(({ row }) => row);
  }

  /** Settles all at once. When the database refuses, splits them in halves until the refused rows are isolated. */
  async #each(
    verdicts: readonly Verdict[],
    settle: (verdicts: readonly Verdict[]) => Promise<void>,
    signal: AbortSignal,
  ): Promise<readonly Verdict[]> {
    if (verdicts.length === 0) return [];
    try {
      await this.#retrying(() => settle(verdicts), signal);
      return [];
    } catch (error) {
      if (signal.aborted && error === signal.reason) throw error;
      const [first] = verdicts;
      if (verdicts.length === 1 && first !== undefined) {
        this.#logUnsettled(first.row, error);
        return verdicts;
      }
      const middle = Math.ceil(verdicts.length / 2);
      const front = await this.#each(verdicts.slice(0, middle), settle, signal);
      return [...front, ...(await this.#each(verdicts.slice(middle), settle, signal))];
    }
  }

  /** Makes one attempt even during shutdown: an acknowledged row that is not marked would be published again. */
  async #retrying(action: () => Promise<void>, signal: AbortSignal): Promise<void> {
    try {
      await action();
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error;
      await retryWhileUnavailable(action, { what: "outbox", log: this.#options.log, signal });
    }
  }

  #logParked(verdicts: readonly Verdict[]): void {
    const { log, counted } = this.#options;
    const causes = Map.groupBy(verdicts, ({ row, refusal }) => `${row.event.topic} ${refusal?.code}`);
    for (const [cause, [first, ...rest]] of causes) {
      if (first === undefined || first.refusal === null) continue;
      const { row, refusal } = first;
      const fields = { outboxId: String(row.id), topic: row.event.topic, ...refusal };
      counted.note(`parked ${cause}`, 1 + rest.length, (rows) =>
        log.error({ ...fields, rows }, "outbox rows parked"),
      );
    }
  }

  #logUnsettled(row: OutboxRow, error: unknown): void {
    const { log, counted } = this.#options;
    const fields = { outboxId: String(row.id), topic: row.event.topic, reason: String(error) };
    counted.note(`unsettled ${fields.reason}`, 1, (rows) =>
      log.error({ ...fields, rows }, "outbox refuses to settle rows, retrying"),
    );
  }
}

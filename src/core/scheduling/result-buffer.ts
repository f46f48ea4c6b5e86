/**
 * Results on their way into the outbox: collected while a write is under way, written together by the next one.
 * Bounded: `full` tells the monitor to start no further check until the database has caught up.
 */
import type { CheckResult } from "../../contract/check-result.ts";
import { checkResultEvent } from "../../contract/cloud-events.ts";
import type { Log } from "../log.ts";
import type { Outbox } from "../relaying/ports.ts";
import { retryWhileUnavailable } from "../running/retrying.ts";

const LARGEST_WRITE = 500;

export interface ResultBufferOptions {
  readonly outbox: Outbox;
  readonly topic: string;
  readonly log: Log;
  /** Results that may wait before `full` says so. */
  readonly capacity: number;
  /** Called with results that are durable now, in the order of their writing. */
  readonly onStored: (results: readonly CheckResult[]) => void;
}

export class ResultBuffer {
  readonly #options: ResultBufferOptions;
  #waiting: CheckResult[] = [];
  #writing: Promise<void> | null = null;
  #inFlight = 0;
  readonly #stop = new AbortController();

  constructor(options: ResultBufferOptions) {
    this.#options = options;
  }

  get full(): boolean {
    return this.size >= this.#options.capacity;
  }

  /** Results not yet durable. */
  get size(): number {
    return this.#waiting.length + this.#inFlight;
  }

  add(result: CheckResult): void {
    this.#waiting.push(result);
    this.#writing ??= this.#writeAll();
  }

  /** Resolves when nothing waits any more; rejects with the reason of what could not be written. */
  async drained(): Promise<void> {
    while (this.#writing !== null) await this.#writing;
  }

  /** Gives up on what still waits: `drained` rejects, `size` tells how many results are lost. */
  abandon(reason: Error): void {
    this.#stop.abort(reason);
  }

  async #writeAll(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        const batch = this.#waiting.splice(0, LARGEST_WRITE);
        this.#inFlight = batch.length;
        const events = batch.map((result) => checkResultEvent(result, this.#options.topic));
        await retryWhileUnavailable(() => this.#options.outbox.append(events), {
          what: "outbox",
          log: this.#options.log,
          signal: this.#stop.signal,
        });
        this.#inFlight = 0;
        this.#options.onStored(batch);
      }
    } finally {
      this.#writing = null;
    }
  }
}

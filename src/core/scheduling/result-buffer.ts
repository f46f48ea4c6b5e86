/**
 * Results on their way into the outbox: collected while a write is under way, written together by the next one.
 * Bounded: `full` tells the monitor to start no further check until the database has caught up.
 */
import type { CheckResult } from "../../contract/check-result.ts";
import { type ResultStorage, storeResults } from "./storing-results.ts";

/** Results in one transaction at most. */
export const LARGEST_WRITE = 500;

export interface ResultBufferOptions {
  readonly storage: ResultStorage;
  /** Results that may wait before `full` says so. */
  readonly capacity: number;
  /** Called with results that are durable now, in the order of their writing. */
  readonly onStored: (results: readonly CheckResult[]) => void;
}

export class ResultBuffer {
  readonly #options: ResultBufferOptions;
  #waiting: CheckResult[] = [];
  #writing: Promise<void> | null = null;
  #inFlight: readonly CheckResult[] = [];
  readonly #stop = new AbortController();

  constructor(options: ResultBufferOptions) {
    this.#options = options;
  }

  get full(): boolean {
    return this.size >= this.#options.capacity;
  }

  /** Results not yet durable. */
  get size(): number {
    return this.#waiting.length + this.#inFlight.length;
  }

  /** Results not yet durable, oldest first. Of those being written nobody knows. */
  unstored(): readonly CheckResult[] {
    return [...this.#inFlight, ...this.#waiting];
  }

  add(result: CheckResult): void {
    this.#waiting.push(result);
    this.#writing ??= this.#writeAll();
  }

  /** Resolves when nothing waits any more; rejects with the reason given to `abandon`. */
  async drained(): Promise<void> {
    while (this.#writing !== null) await this.#writing;
  }

  /** Gives up on what still waits: `drained` rejects, `unstored` tells what is left. */
  abandon(reason: Error): void {
    this.#stop.abort(reason);
  }

  async #writeAll(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        this.#inFlight = this.#waiting.splice(0, LARGEST_WRITE);
        const stored = await storeResults(this.#inFlight, this.#options.storage, this.#stop.signal);
        this.#inFlight = [];
        if (stored.length > 0) this.#options.onStored(stored);
      }
    } finally {
      this.#writing = null;
    }
  }
}

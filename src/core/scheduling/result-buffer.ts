/**
 * Buffers results and writes them to the outbox in batches: a transaction costs many times as much as one more result in
 * it. A single result is written at once. Results that follow are gathered for `gatherMs`, or until they fill a
 * transaction. While `full` is true, the monitor starts no further check, which bounds the buffer.
 */
import type { CheckResult } from "../../contract/checks/check-result.ts";
import type { Clock } from "../clock.ts";
import { Pace } from "../running/pace.ts";
import { type ResultStorage, storeResults } from "./storing-results.ts";

/** Largest number of results in one transaction. */
export const LARGEST_WRITE = 500;

export interface ResultBufferOptions {
  readonly storage: ResultStorage;
  readonly clock: Clock;
  /** Shortest time between two writes, unless a full one waits. */
  readonly gatherMs: number;
  /** Number of waiting results at which `full` becomes true. */
  readonly capacity: number;
  /** Called with results once they are durable, in the order in which they were written. */
  readonly onStored: (results: readonly CheckResult[]) => void;
}

export class ResultBuffer {
  readonly #options: ResultBufferOptions;
  #waiting: CheckResult[] = [];
  #writing: Promise<void> | null = null;
  #inFlight: readonly CheckResult[] = [];
  readonly #pace: Pace;
  readonly #hurried = new AbortController();
  readonly #stop = new AbortController();

  constructor(options: ResultBufferOptions) {
    this.#options = options;
    this.#pace = new Pace(options.clock, options.gatherMs);
  }

  get full(): boolean {
    return this.size >= this.#options.capacity;
  }

  /** Number of results that are not yet durable. */
  get size(): number {
    return this.#waiting.length + this.#inFlight.length;
  }

  /** Results that are not yet durable, oldest first. A write in progress may still succeed. */
  unstored(): readonly CheckResult[] {
    return [...this.#inFlight, ...this.#waiting];
  }

  add(result: CheckResult): void {
    this.#waiting.push(result);
    if (this.#waiting.length === LARGEST_WRITE) this.#pace.hurry();
    this.#writing ??= this.#writeAll();
  }

  /** For shutdown: stops gathering and resolves when all results are written. Rejects with the reason of `abandon`. */
  async drained(): Promise<void> {
    this.#hurried.abort();
    while (this.#writing !== null) await this.#writing;
  }

  /** Stops writing: `drained` rejects, and `unstored` returns the remaining results. */
  abandon(reason: Error): void {
    this.#hurried.abort();
    this.#stop.abort(reason);
  }

  async #writeAll(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        if (this.#waiting.length >= LARGEST_WRITE) this.#pace.hurry();
        await this.#pace.turn(this.#hurried.signal);
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

/**
 * Results on their way into the outbox, written together: a transaction costs many times what one more result in it
 * does. A result that comes alone is written at once; those after it are gathered for a while, or until they fill a
 * transaction. Bounded: `full` tells the monitor to start no further check until the database has caught up.
 */
import type { CheckResult } from "../../contract/check-result.ts";
import type { Clock } from "../clock.ts";
import { Pace } from "../running/pace.ts";
import { type ResultStorage, storeResults } from "./storing-results.ts";

/** Results in one transaction at most. */
export const LARGEST_WRITE = 500;

export interface ResultBufferOptions {
  readonly storage: ResultStorage;
  readonly clock: Clock;
  /** From one write to the next at least, unless a full one waits. */
  readonly gatherMs: number;
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
    if (this.#waiting.length === LARGEST_WRITE) this.#pace.hurry();
    this.#writing ??= this.#writeAll();
  }

  /** For the end: nothing is gathered any more. Resolves when nothing waits; rejects with the reason given to `abandon`. */
  async drained(): Promise<void> {
    this.#hurried.abort();
    while (this.#writing !== null) await this.#writing;
  }

  /** Gives up on what still waits: `drained` rejects, `unstored` tells what is left. */
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

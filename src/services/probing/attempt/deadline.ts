/**
 * The deadline of an attempt. It is extended by the time this process stood still, up to twice the timeout, and before
 * it ends the attempt the event loop reads what has arrived: an answer that waits in the kernel is an answer in time.
 */
import type { ProcessPauses } from "./process-pauses.ts";

export class Deadline {
  readonly #endsMs: number;
  readonly #timeoutMs: number;
  readonly #pauses: ProcessPauses;
  readonly #pausedBeforeMs: number;
  readonly #onPassed: () => void;
  #passed = false;
  #timer: NodeJS.Timeout;
  #lastLook: NodeJS.Immediate | undefined;

  /** `pauses` must be watched as long as the deadline is armed. */
  constructor(timeoutMs: number, pauses: ProcessPauses, onPassed: () => void) {
    this.#timeoutMs = timeoutMs;
    this.#endsMs = performance.now() + timeoutMs;
    this.#pauses = pauses;
    this.#pausedBeforeMs = pauses.pausedMs();
    this.#onPassed = onPassed;
    this.#timer = this.#arm(timeoutMs);
  }

  /** Whether the deadline ended the attempt though this process had stood still for longer than it is extended by. */
  get passedTooEarly(): boolean {
    return this.#passed && this.#pausedMs() > this.#timeoutMs;
  }

  clear(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#lastLook);
  }

  #arm(inMs: number): NodeJS.Timeout {
    return setTimeout(() => {
      const leftMs = this.#leftMs();
      // An immediate runs after sockets have been read.
      if (leftMs > 0) this.#timer = this.#arm(leftMs);
      else this.#lastLook = setImmediate(() => this.#pass());
    }, inMs);
  }

  #pass(): void {
    this.#passed = true;
    this.#onPassed();
  }

  #leftMs(): number {
    return this.#endsMs + Math.min(this.#pausedMs(), this.#timeoutMs) - performance.now();
  }

  #pausedMs(): number {
    return this.#pauses.pausedMs() - this.#pausedBeforeMs;
  }
}

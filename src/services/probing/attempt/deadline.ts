/**
 * The deadline of an attempt. It is extended by the time this process stood still, and before it ends the attempt
 * the event loop reads what has arrived: an answer that waits in the kernel is an answer in time.
 */
import type { ProcessPauses } from "./process-pauses.ts";

export class Deadline {
  readonly #endsMs: number;
  readonly #pauses: ProcessPauses;
  readonly #pausedBeforeMs: number;
  readonly #onPassed: () => void;
  #timer: NodeJS.Timeout;
  #lastLook: NodeJS.Immediate | undefined;

  /** `pauses` must be watched as long as the deadline is armed. */
  constructor(timeoutMs: number, pauses: ProcessPauses, onPassed: () => void) {
    this.#endsMs = performance.now() + timeoutMs;
    this.#pauses = pauses;
    this.#pausedBeforeMs = pauses.pausedMs();
    this.#onPassed = onPassed;
    this.#timer = this.#arm(timeoutMs);
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
      else this.#lastLook = setImmediate(this.#onPassed);
    }, inMs);
  }

  #leftMs(): number {
    const pausedMs = this.#pauses.pausedMs() - this.#pausedBeforeMs;
    return this.#endsMs + pausedMs - performance.now();
  }
}

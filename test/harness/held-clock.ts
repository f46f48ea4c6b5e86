// A clock that stands still until a test moves it.
import type { Clock } from "../../src/core/clock.ts";

interface Sleeper {
  readonly wakeAtMs: number;
  readonly wake: () => void;
}

export class HeldClock implements Clock {
  #wallMs: number;
  #monotonicMs = 0;
  #sleepers: Sleeper[] = [];

  constructor(startMs: number) {
    this.#wallMs = startMs;
  }

  now(): number {
    return this.#wallMs;
  }

  monotonicMs(): number {
    return this.#monotonicMs;
  }

  sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    return new Promise((resolve, reject) => {
      const sleeper = { wakeAtMs: this.#monotonicMs + durationMs, wake: resolve };
      this.#sleepers.push(sleeper);
      signal?.addEventListener(
        "abort",
        () => {
          this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
          reject(signal.reason);
        },
        { once: true },
      );
    });
  }

  /** Time passes, in steps: whoever sleeps is woken in turn and runs until it sleeps again. */
  async pass(durationMs: number): Promise<void> {
    const endMs = this.#monotonicMs + durationMs;
    await settled();
    for (;;) {
      const next = this.#sleepers.toSorted((a, b) => a.wakeAtMs - b.wakeAtMs)[0];
      if (next === undefined || next.wakeAtMs > endMs) break;
      this.#advanceTo(Math.max(next.wakeAtMs, this.#monotonicMs));
      this.#sleepers = this.#sleepers.filter((other) => other !== next);
      next.wake();
      await settled();
    }
    this.#advanceTo(endMs);
  }

  /** The wall clock is set forward or back, as an administrator or NTP does. */
  jump(byMs: number): void {
    this.#wallMs += byMs;
  }

  /** The process is stopped: time passes, and nobody is woken before it is over. */
  async pause(durationMs: number): Promise<void> {
    await settled();
    this.#advanceTo(this.#monotonicMs + durationMs);
  }

  #advanceTo(monotonicMs: number): void {
    this.#wallMs += monotonicMs - this.#monotonicMs;
    this.#monotonicMs = monotonicMs;
  }
}

/** Everything that can run without time passing has run. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Time as core sees it: handed in, so that a test can hold it. */
export interface Clock {
  /** Wall clock, milliseconds since the epoch, UTC. */
  now(): number;
  /** Milliseconds on a clock that never jumps; only differences mean something. */
  monotonicMs(): number;
  /** Resolves after `durationMs`, or rejects with the signal's reason as soon as it aborts. */
  sleep(durationMs: number, signal?: AbortSignal): Promise<void>;
}

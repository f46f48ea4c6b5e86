/** Port for time, passed in as an argument; tests pass a clock that they control. */
export interface Clock {
  /** Wall clock, milliseconds since the epoch, UTC. */
  now(): number;
  /** Milliseconds on a clock that never jumps. Only differences are meaningful. */
  monotonicMs(): number;
  /** Resolves after `durationMs`, or rejects with the signal's reason as soon as it aborts. */
  sleep(durationMs: number, signal?: AbortSignal): Promise<void>;
}

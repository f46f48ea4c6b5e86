/**
 * Notices when this process stands still: a blocked event loop, SIGSTOP, a machine asleep. Such time is ours and not
 * the site's, so deadlines are extended by it, and an attempt that a long pause falls into is not judged.
 *
 * While anybody watches, one timer for the whole process beats; a beat that comes late is a pause.
 */

const BEAT_MS = 100;
/** A beat late by less than this is ordinary scheduling. */
const TOLERANCE_MS = 50;
/** Servers close idle connections after seconds, so a pause this long may cause a failure of any kind. */
const LONG_PAUSE_MS = 1000;

export class ProcessPauses {
  #watchers = 0;
  #beat: NodeJS.Timeout | undefined;
  #lastBeatMs = 0;
  #lastBeatWallMs = 0;
  #pausedMs = 0;
  #longPauses = 0;

  /** Begins to watch; to be ended by `unwatch`. */
  watch(): void {
    this.#watchers += 1;
    if (this.#watchers > 1) return;
    this.#lastBeatMs = performance.now();
    this.#lastBeatWallMs = Date.now();
    this.#beat = setInterval(() => this.#look(true), BEAT_MS);
    this.#beat.unref();
  }

  unwatch(): void {
    this.#watchers -= 1;
    if (this.#watchers === 0) clearInterval(this.#beat);
  }

  /** Milliseconds this process has stood still while it was watched, the pause that ends just now included. */
  pausedMs(): number {
    this.#look(false);
    return this.#pausedMs;
  }

  /** How many pauses of at least `LONG_PAUSE_MS` there were. */
  longPauses(): number {
    this.#look(false);
    return this.#longPauses;
  }

  #look(beat: boolean): void {
    const nowMs = performance.now();
    const wallMs = Date.now();
    const sinceMs = nowMs - this.#lastBeatMs;
    // While a machine sleeps, its monotonic clock may stop; then only the wall clock shows the pause.
    const wallSinceMs = wallMs - this.#lastBeatWallMs;
    const late = sinceMs > BEAT_MS + TOLERANCE_MS;
    if (late) this.#pausedMs += sinceMs;
    if (Math.max(sinceMs, wallSinceMs) > BEAT_MS + LONG_PAUSE_MS) this.#longPauses += 1;
    else if (!beat && !late) return;
    this.#lastBeatMs = nowMs;
    this.#lastBeatWallMs = wallMs;
  }
}

/** The pauses of this process. */
export const processPauses = new ProcessPauses();

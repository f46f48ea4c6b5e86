/** Shows progress on standard error: an updating line on a terminal, otherwise one final line. */
import type { Terminal } from "./terminal.ts";

const SHOWN_EVERY_MS = 200;

export interface Progress {
  /** Reports how much is done. */
  readonly report: (count: number) => void;
  /** Prints the final line. */
  readonly finish: () => void;
}

export interface ProgressOptions {
  /** What is counted, such as `sites`. */
  readonly unit: string;
  /** Total count; null when it is unknown. */
  readonly total: number | null;
  /** Monotonic clock, milliseconds. */
  readonly nowMs: () => number;
}

export function showProgress(
  { stderr }: Pick<Terminal, "stderr">,
  { unit, total, nowMs }: ProgressOptions,
): Progress {
  const beganMs = nowMs();
  let shownMs = Number.NEGATIVE_INFINITY;
  let done = 0;
  const line = (): string => describeProgress({ unit, total, done, elapsedMs: nowMs() - beganMs });
  return {
    report(count) {
      done = count;
      if (stderr.isTTY !== true || nowMs() - shownMs < SHOWN_EVERY_MS) return;
      shownMs = nowMs();
      stderr.write(`\r${line()}\u001b[K`);
    },
    finish() {
      stderr.write(
        `${stderr.isTTY === true ? "\r" : ""}${line()}${stderr.isTTY === true ? "\u001b[K" : ""}\n`,
      );
    },
  };
}

interface ProgressState {
  readonly unit: string;
  readonly total: number | null;
  readonly done: number;
  readonly elapsedMs: number;
}

/** Formats `1200 of 5000 sites, 600/s, 6 s left`, and at the end `5000 sites in 8 s, 600/s`. */
function describeProgress({ unit, total, done, elapsedMs }: ProgressState): string {
  const seconds = Math.max(elapsedMs, 1) / 1000;
  const rate = done / seconds;
  const perSecond = `${rate < 10 ? rate.toFixed(1) : Math.round(rate)}/s`;
  if (total === null || done >= total) return `${done} ${unit} in ${seconds.toFixed(1)} s, ${perSecond}`;
  const left = rate === 0 ? "" : `, ${Math.ceil((total - done) / rate)} s left`;
  return `${done} of ${total} ${unit}, ${perSecond}${left}`;
}

/** The process's monotonic clock, milliseconds. */
export function monotonicMs(): number {
  return performance.now();
}

/**
 * Decides whether results flow from the monitors into the database.
 *
 * | state       | when                                                                                     |
 * | ----------- | ---------------------------------------------------------------------------------------- |
 * | flowing     | the newest recorded result is younger than the bound                                     |
 * | idle        | it is older, and no site should be checked                                               |
 * | catching up | it is older, and within the bound it became younger, or fewer events waited than before  |
 * | stopped     | it is older, and neither happened within the bound                                       |
 *
 * The bound is `afterMs`, and at least three intervals of the site that is checked most often.
 */

export interface FlowSample {
  /** The slot of the newest recorded result; before the first one, when the first site was added. */
  readonly newestMs: number;
  /** Shortest interval of the sites that should be checked; null when there are none. */
  readonly everyMs: number | null;
  /** Rows of the outbox that are not published. */
  readonly unpublished: number;
  /** Published events that are not recorded; null while the event log cannot tell. */
  readonly unrecorded: number | null;
}

/** The progress since results became too old. */
export interface FlowProgress {
  readonly leastAgeMs: number;
  readonly leastWaiting: number;
  /** When either of them last shrank. */
  readonly progressedAtMs: number;
}

export interface Flow {
  readonly state: "idle" | "flowing" | "catching up" | "stopped";
  /** Null while results are not too old. */
  readonly progress: FlowProgress | null;
}

const INTERVALS = 3;

/** `before` is the progress of the previous observation; times are milliseconds since the epoch. */
export function observeFlow(
  before: FlowProgress | null,
  sample: FlowSample,
  { nowMs, afterMs }: { readonly nowMs: number; readonly afterMs: number },
): Flow {
  const { newestMs, everyMs, unpublished, unrecorded } = sample;
  const boundMs = Math.max(afterMs, INTERVALS * (everyMs ?? 0));
  const ageMs = nowMs - newestMs;
  if (ageMs <= boundMs) return { state: "flowing", progress: null };
  if (everyMs === null) return { state: "idle", progress: null };
  const waiting = unrecorded === null ? Number.POSITIVE_INFINITY : unpublished + unrecorded;
  if (before === null) {
    const progress = { leastAgeMs: ageMs, leastWaiting: waiting, progressedAtMs: nowMs };
    return { state: "catching up", progress };
  }
  const progressed = ageMs < before.leastAgeMs || waiting < before.leastWaiting;
  const progress = {
    leastAgeMs: Math.min(ageMs, before.leastAgeMs),
    leastWaiting: Math.min(waiting, before.leastWaiting),
    progressedAtMs: progressed ? nowMs : before.progressedAtMs,
  };
  const stopped = nowMs - progress.progressedAtMs >= boundMs;
  return { state: stopped ? "stopped" : "catching up", progress };
}

/** Names the part of the pipeline that results do not pass. */
export function stoppedBecause({ unpublished, unrecorded }: FlowSample): string {
  if (unrecorded === null) {
    return `the event log does not answer; ${waiting(unpublished, "row")} in the outbox`;
  }
  if (unrecorded > 0) return `${waiting(unrecorded, "event")} for a consumer`;
  if (unpublished > 0) return `${waiting(unpublished, "row")} in the outbox for a relay`;
  return "no monitor delivers results";
}

function waiting(count: number, what: string): string {
  return count === 1 ? `1 ${what} waits` : `${count} ${what}s wait`;
}

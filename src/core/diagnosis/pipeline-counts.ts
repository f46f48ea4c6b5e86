/** Counts of the pipeline's parts, and the rates between two readings of them. */

export interface MonitorLease {
  readonly owner: string;
  readonly location: string;
  readonly shards: number;
  readonly sites: number;
  /** Milliseconds since the epoch. */
  readonly expiresAtMs: number;
}

export interface PipelineCounts {
  readonly monitors: readonly MonitorLease[];
  readonly relays: readonly { readonly owner: string; readonly lanes: number }[];
  /** Ever inserted into the outbox. */
  readonly inserted: number;
  /** Ever recorded; may restart at 0. */
  readonly recorded: number;
  /** The newest recorded slot, milliseconds since the epoch; null when there is none. */
  readonly newestResultMs: number | null;
}

export interface PipelineCounting {
  /** Reads no large table. Throws `UnavailableError`. */
  counts(): Promise<PipelineCounts>;
}

export interface RateSample {
  /** Milliseconds of a monotonic clock. */
  readonly atMs: number;
  readonly inserted: number;
  /** Waiting or parked in the outbox. */
  readonly unpublished: number;
  readonly recorded: number;
}

export interface PipelineRates {
  readonly insertedPerSecond: number | null;
  readonly publishedPerSecond: number | null;
  readonly recordedPerSecond: number | null;
}

/** All null without an earlier sample. A count that fell was restarted: its rate is unknown. */
export function ratesBetween(earlier: RateSample | null, later: RateSample): PipelineRates {
  const perSecond = (countOf: (sample: RateSample) => number): number | null => {
    if (earlier === null || later.atMs <= earlier.atMs) return null;
    const change = countOf(later) - countOf(earlier);
    return change < 0 ? null : (change * 1000) / (later.atMs - earlier.atMs);
  };
  return {
    insertedPerSecond: perSecond(({ inserted }) => inserted),
    publishedPerSecond: perSecond(({ inserted, unpublished }) => inserted - unpublished),
    recordedPerSecond: perSecond(({ recorded }) => recorded),
  };
}

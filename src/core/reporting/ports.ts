/** Ports of reporting: counts per day and hour, which recording updates with every new result. */

/**
 * Counts of one site, summed over all locations. The lists are parallel: one index is one period in all of them.
 * Periods without results are omitted.
 */
export interface SiteUptime {
  readonly siteId: string;
  /** Starts of the periods, ascending, milliseconds since the epoch, UTC. */
  readonly startsMs: readonly number[];
  readonly up: readonly number[];
  readonly degraded: readonly number[];
  readonly down: readonly number[];
  /** Milliseconds; null when no result of the period has a response time. */
  readonly meanResponseTimesMs: readonly (number | null)[];
  readonly p50Ms: readonly (number | null)[];
  readonly p95Ms: readonly (number | null)[];
  readonly p99Ms: readonly (number | null)[];
}

export interface UptimeQuery {
  /** All sites when omitted. */
  readonly siteIds?: readonly string[] | undefined;
  /** First and last instant, milliseconds since the epoch. Every day or hour that overlaps the range is included. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** Ordered by site id. Sites without results in the range are omitted. */
export interface UptimeHistory {
  /** By UTC day. Throws `UnavailableError`. */
  daily(query: UptimeQuery): Promise<readonly SiteUptime[]>;
  hourly(query: UptimeQuery): Promise<readonly SiteUptime[]>;
}

/** What reporting asks of the tables: counts per day and hour, kept up with every new result. */

/**
 * Results of one site, all its locations together, period by period: a list for each figure, and at one place of all
 * lists the same period. Periods without results are not in them.
 */
export interface SiteUptime {
  readonly siteId: string;
  /** Starts of the periods, ascending, milliseconds since the epoch, UTC. */
  readonly startsMs: readonly number[];
  readonly up: readonly number[];
  readonly degraded: readonly number[];
  readonly down: readonly number[];
  /** Milliseconds; null where no result of the period has a response time. */
  readonly meanResponseTimesMs: readonly (number | null)[];
  readonly p50Ms: readonly (number | null)[];
  readonly p95Ms: readonly (number | null)[];
  readonly p99Ms: readonly (number | null)[];
}

export interface UptimeQuery {
  /** All sites where it is not given. */
  readonly siteIds?: readonly string[] | undefined;
  /** First and last instant, milliseconds since the epoch; whole days or hours that overlap are counted. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** In the order of the sites' ids; a site without results in the time asked for is left out. */
export interface UptimeHistory {
  /** By UTC day. Throws `UnavailableError`. */
  daily(query: UptimeQuery): Promise<readonly SiteUptime[]>;
  hourly(query: UptimeQuery): Promise<readonly SiteUptime[]>;
}

/** What reporting asks of the tables: counts per day and hour, kept up with every new result. */

/** Results of one site in one period, all locations together. */
export interface UptimeCount {
  readonly siteId: string;
  /** Start of the period, milliseconds since the epoch, UTC. */
  readonly startMs: number;
  readonly up: number;
  readonly degraded: number;
  readonly down: number;
  /** Milliseconds; null where no result of the period has a response time. */
  readonly meanResponseTimeMs: number | null;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
}

export interface UptimeQuery {
  /** All sites where it is not given. */
  readonly siteIds?: readonly string[] | undefined;
  /** First and last instant, milliseconds since the epoch; whole days or hours that overlap are counted. */
  readonly fromMs: number;
  readonly toMs: number;
}

export interface UptimeHistory {
  /** By UTC day. Throws `UnavailableError`. */
  daily(query: UptimeQuery): Promise<readonly UptimeCount[]>;
  hourly(query: UptimeQuery): Promise<readonly UptimeCount[]>;
}

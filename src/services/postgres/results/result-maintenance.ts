/** Partitions made ahead of time, and what is too old dropped or deleted. */
import type { ResultMaintenance, RetentionPolicy } from "../../../core/recording/ports.ts";
import type { SqlService } from "../connecting/sql.ts";
import { createPartitions, dropPartitions, PARTITION_MS, partitionStart } from "./result-partitions.ts";

/** Enough for a week in which no consumer ran. */
const DAYS_AHEAD = 7;
/** A partition made for late results, as a replay brings them, gets this long to be filled before it is dropped. */
const YOUNGEST_DROPPED_MS = PARTITION_MS;
const ROLLUPS_AT_A_TIME = 5000;

const DELETE_HOURLY = `
  DELETE FROM uptime_hourly WHERE (site_id, hour, location) IN (
    SELECT site_id, hour, location FROM uptime_hourly WHERE hour < to_timestamp($1 / 1000.0)
    ORDER BY site_id, hour, location LIMIT $2 FOR UPDATE SKIP LOCKED
  )`;

const DELETE_DAILY = `
  DELETE FROM uptime_daily WHERE (site_id, day, location) IN (
    SELECT site_id, day, location FROM uptime_daily WHERE day < (to_timestamp($1 / 1000.0) AT TIME ZONE 'UTC')::date
    ORDER BY site_id, day, location LIMIT $2 FOR UPDATE SKIP LOCKED
  )`;

export class SqlResultMaintenance implements ResultMaintenance {
  readonly #service: SqlService;

  constructor(service: SqlService) {
    this.#service = service;
  }

  async maintain(policy: RetentionPolicy, nowMs: number): Promise<{ created: number; dropped: number }> {
    const today = partitionStart(nowMs);
    const days = Array.from({ length: DAYS_AHEAD + 1 }, (_, index) => today + index * PARTITION_MS);
    const created = await createPartitions(this.#service, days);
    const dropped = await dropPartitions(this.#service, {
      beforeMs: nowMs - policy.keepResultsMs,
      createdBeforeMs: nowMs - YOUNGEST_DROPPED_MS,
    });
    await this.#deleteAll(DELETE_HOURLY, nowMs - policy.keepHourlyMs);
    await this.#deleteAll(DELETE_DAILY, nowMs - policy.keepDailyMs);
    return { created, dropped };
  }

  async #deleteAll(statement: string, beforeMs: number): Promise<void> {
    let deleted = ROLLUPS_AT_A_TIME;
    while (deleted === ROLLUPS_AT_A_TIME) {
      deleted = await this.#service.change(statement, [beforeMs, ROLLUPS_AT_A_TIME]);
    }
  }
}

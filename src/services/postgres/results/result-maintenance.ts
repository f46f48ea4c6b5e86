/** Upkeep of the partitions: those of the coming days are made ahead of time, and those past retention are dropped. */
import { DAY_MS } from "../../../contract/duration.ts";
import type {
  MaintenanceOutcome,
  ResultMaintenance,
  RetentionPolicy,
} from "../../../core/recording/ports.ts";
import type { SqlService } from "../connecting/sql.ts";
import { dayStart, dropPartition, ensurePartitions, oldPartitions } from "./time-partitions.ts";

/** Enough for a week in which no consumer runs. */
const DAYS_AHEAD = 7;

const KEEP_DROPPED_BEFORE = `
  INSERT INTO result_retention (dropped_before) VALUES (to_timestamp($1 / 1000.0))
  ON CONFLICT (only_row) DO UPDATE
  SET dropped_before = greatest(result_retention.dropped_before, excluded.dropped_before)`;

export class SqlResultMaintenance implements ResultMaintenance {
  readonly #service: SqlService;

  constructor(service: SqlService) {
    this.#service = service;
  }

  async maintain(policy: RetentionPolicy, nowMs: number): Promise<MaintenanceOutcome> {
    const today = dayStart(nowMs);
    const days = Array.from({ length: DAYS_AHEAD + 1 }, (_, index) => today + index * DAY_MS);
    const created = await ensurePartitions(this.#service, days);
    const old = [
      ...(await oldPartitions(this.#service, "check_results", nowMs - policy.keepResultsMs)),
      ...(await oldPartitions(this.#service, "uptime_hourly", nowMs - policy.keepHourlyMs)),
      ...(await oldPartitions(this.#service, "uptime_daily", nowMs - policy.keepDailyMs)),
    ];
    let dropped = 0;
    const postponed: { partition: string; reason: string }[] = [];
    for (const partition of old) {
      if (!partition.owned) {
        postponed.push({ partition: partition.name, reason: "this database user does not own it" });
        continue;
      }
      // First, and by itself: from then on nobody counts a result of that day again, dropped or not.
      if (partition.table === "check_results") {
        await this.#service.change(KEEP_DROPPED_BEFORE, [partition.endMs]);
      }
      const reason = await dropPartition(this.#service, partition);
      if (reason === null) dropped += 1;
      else postponed.push({ partition: partition.name, reason });
    }
    return { created, dropped, postponed };
  }
}

/** Reads what is recorded of one site over time. */
import type { CheckResult } from "../../../contract/checks/check-result.ts";
import type { SchedulePeriod } from "../../../core/reporting/due-slots.ts";
import { LatencyHistogram } from "../../../core/reporting/latency-histogram.ts";
import { PhaseSums } from "../../../core/reporting/phase-sums.ts";
import type {
  IncidentSpan,
  LocationRollup,
  SiteRecords,
  SiteResultsQuery,
  TimeRange,
} from "../../../core/reporting/site-records.ts";
import { millisecondsOf } from "../connecting/instants.ts";
import type { SqlService } from "../connecting/sql.ts";
import { readSchedules } from "../overview/changed-rows.ts";
import { RESULT_COLUMN_NAMES, type ResultRow } from "../results/result-columns.ts";
import { resultOfRow } from "./result-row.ts";
import { readSiteResults } from "./site-results.ts";

const RESULT = `
  SELECT ${RESULT_COLUMN_NAMES} FROM check_results
  WHERE slot = to_timestamp($3 / 1000.0) AND site_id = $1 AND location = $2`;

const rollups = (table: string, start: string, instant: string): string => `
  SELECT location, ${millisecondsOf(instant, "startMs")}, up, degraded, down,
    response_times AS "responseTimes", response_time_sum_ms AS "responseTimeSumMs", latencies, phases
  FROM ${table}
  WHERE site_id = $1 AND ${start} >= to_timestamp($2 / 1000.0) AT TIME ZONE 'UTC'
    AND ${start} < to_timestamp($3 / 1000.0) AT TIME ZONE 'UTC'
  ORDER BY ${start}, location`;

const ROLLUPS = {
  hour: rollups("uptime_hourly", "hour", "hour").replaceAll(" AT TIME ZONE 'UTC'", ""),
  day: rollups("uptime_daily", "day", "day::timestamp"),
} as const;

type RollupRow = Omit<LocationRollup, "latencies" | "phases"> & {
  readonly latencies: Uint8Array;
  readonly phases: Uint8Array;
};

const MOST_INCIDENTS = 2000;

const INCIDENTS = `
  SELECT id, severity, ${millisecondsOf("since", "fromMs")},
    ${millisecondsOf("coalesce(good_since, resolved_at)", "toMs")}
  FROM incidents
  WHERE site_id = $1 AND kind = 'site' AND since < to_timestamp($3 / 1000.0)
    AND (state <> 'resolved' OR coalesce(good_since, resolved_at) > to_timestamp($2 / 1000.0))
  ORDER BY since LIMIT ${MOST_INCIDENTS}`;

export class SqlSiteRecords implements SiteRecords {
  readonly #service: SqlService;

  constructor(service: SqlService) {
    this.#service = service;
  }

  async results(query: SiteResultsQuery): Promise<readonly CheckResult[]> {
    return await readSiteResults(this.#service, query);
  }

  async result(siteId: string, location: string, slotMs: number): Promise<CheckResult | null> {
    const [row] = await this.#service.rows<ResultRow>(RESULT, [siteId, location, slotMs]);
    return row === undefined ? null : resultOfRow(row);
  }

  async rollups(
    period: "hour" | "day",
    siteId: string,
    { fromMs, toMs }: TimeRange,
  ): Promise<readonly LocationRollup[]> {
    const rows = await this.#service.rows<RollupRow>(ROLLUPS[period], [siteId, fromMs, toMs]);
    return rows.map((row) => ({
      ...row,
      latencies: LatencyHistogram.fromBytes(row.latencies),
      phases: PhaseSums.fromBytes(row.phases),
    }));
  }

  async incidents(siteId: string, { fromMs, toMs }: TimeRange): Promise<readonly IncidentSpan[]> {
    return await this.#service.rows<IncidentSpan & Record<string, unknown>>(INCIDENTS, [
      siteId,
      fromMs,
      toMs,
    ]);
  }

  async schedule(siteId: string, endAfterMs: number): Promise<readonly SchedulePeriod[]> {
    return await readSchedules(this.#service, [siteId], endAfterMs);
  }
}

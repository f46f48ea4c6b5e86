/** Reads what reports need of many sites at once. */
import type { SchedulePeriod } from "../../../core/reporting/due-slots.ts";
import type { ReportedSite, ReportRecords } from "../../../core/reporting/report-records.ts";
import type { IncidentSpan, TimeRange } from "../../../core/reporting/site-records.ts";
import { uuidColumn } from "../binary/columns.ts";
import { millisecondsOf } from "../connecting/instants.ts";
import type { SqlService } from "../connecting/sql.ts";
import { readSchedules } from "../overview/changed-rows.ts";

const SITES = `SELECT id AS "siteId", name, url, tags FROM sites`;

const OUTAGES = `
  SELECT site_id AS "siteId", id, severity, ${millisecondsOf("since", "fromMs")},
    ${millisecondsOf("coalesce(good_since, resolved_at)", "toMs")}
  FROM incidents
  WHERE site_id = ANY ($1::uuid[]) AND kind = 'site' AND severity = 'down' AND since < to_timestamp($3 / 1000.0)
    AND (state <> 'resolved' OR coalesce(good_since, resolved_at) > to_timestamp($2 / 1000.0))
  ORDER BY since`;

export class SqlReportRecords implements ReportRecords {
  readonly #service: SqlService;

  constructor(service: SqlService) {
    this.#service = service;
  }

  async sites(): Promise<readonly ReportedSite[]> {
    return await this.#service.rows<ReportedSite & Record<string, unknown>>(SITES);
  }

  async schedules(
    siteIds: readonly string[],
    endAfterMs: number,
  ): Promise<ReadonlyMap<string, readonly SchedulePeriod[]>> {
    return Map.groupBy(await readSchedules(this.#service, siteIds, endAfterMs), ({ siteId }) => siteId);
  }

  async outages(
    siteIds: readonly string[],
    { fromMs, toMs }: TimeRange,
  ): Promise<ReadonlyMap<string, readonly IncidentSpan[]>> {
    const rows = await this.#service.rows<IncidentSpan & { siteId: string } & Record<string, unknown>>(
      OUTAGES,
      [uuidColumn(siteIds), fromMs, toMs],
    );
    return Map.groupBy(rows, ({ siteId }) => siteId);
  }
}

/**
 * Reads the results of one site. The key of `check_results` begins with the slot, and no index begins with the site: it
 * would cost every write. But the slots of a site follow from its schedule, so each result is found by its key. The
 * hourly counts tell which hours have results, and whether an hour has some outside its schedule (of a check by hand, or
 * of a monitor with other settings): only such an hour is searched.
 */
import type { CheckResult, Verdict } from "../../../contract/checks/check-result.ts";
import { dueSlots, type SchedulePeriod, withRunningSlot } from "../../../core/reporting/due-slots.ts";
import type { SiteResultsQuery } from "../../../core/reporting/site-records.ts";
import { instantColumn } from "../binary/columns.ts";
import { millisecondsOf } from "../connecting/instants.ts";
import type { Sql } from "../connecting/sql.ts";
import { readSchedules } from "../overview/changed-rows.ts";
import { RESULT_COLUMN_NAMES, type ResultRow } from "../results/result-columns.ts";
import { resultOfRow } from "./result-row.ts";

const HOUR_MS = 3_600_000;
/** Slots of an hour: no interval is shorter than a second. */
const MOST_SLOTS = 3600;

/** Results that retention dropped are counted all the same, so that their hours are left out. */
const HOURS = `
  SELECT ${millisecondsOf("hour", "startMs")},
    sum(up + degraded + down)::integer AS results,
    sum(CASE $5 WHEN 'up' THEN up WHEN 'degraded' THEN degraded WHEN 'down' THEN down ELSE up + degraded + down END)::integer
      AS wanted
  FROM uptime_hourly
  WHERE site_id = $1 AND hour >= to_timestamp($2 / 1000.0) AND hour <= to_timestamp($3 / 1000.0)
    AND ($4::text IS NULL OR location = $4)
    AND hour >= coalesce((SELECT date_trunc('day', dropped_before, 'UTC') FROM result_retention), '-infinity')
  GROUP BY hour ORDER BY hour DESC`;

type HourRow = { readonly startMs: number; readonly results: number; readonly wanted: number };

/** The bounds of the slots let the planner leave out partitions. */
const AT_SLOTS = `
  SELECT ${RESULT_COLUMN_NAMES} FROM check_results
  WHERE slot = ANY ($2::timestamptz[]) AND site_id = $1 AND ($3::text IS NULL OR location = $3)
    AND slot >= to_timestamp($4 / 1000.0) AND slot <= to_timestamp($5 / 1000.0)`;

const IN_HOUR = `
  SELECT ${RESULT_COLUMN_NAMES} FROM check_results
  WHERE slot >= to_timestamp($2 / 1000.0) AND slot < to_timestamp($2 / 1000.0) + interval '1 hour' AND site_id = $1
    AND ($3::text IS NULL OR location = $3)`;

/** Newest slot first, and by location. */
export async function readSiteResults(sql: Sql, query: SiteResultsQuery): Promise<readonly CheckResult[]> {
  const { siteId, location, verdict, limit, after } = query;
  const fromMs = query.fromMs;
  const toMs = after === undefined ? query.toMs : Math.min(query.toMs, after.slotMs + 1);
  const hours = await sql.rows<HourRow>(HOURS, [
    siteId,
    startOfHour(fromMs),
    toMs - 1,
    location ?? null,
    verdict ?? null,
  ]);
  const schedule = await readSchedules(sql, [siteId], fromMs);
  const isWanted = (row: ResultRow): boolean => {
    const slotMs = row.slot.getTime();
    if (slotMs < fromMs || slotMs >= toMs || (verdict !== undefined && row.verdict !== verdict)) return false;
    return after === undefined || slotMs < after.slotMs || row.location > after.location;
  };
  const found: ResultRow[] = [];
  for (const some of inPortions(hours, limit, verdict)) {
    const rows = await readHours(sql, { siteId, location, schedule, hours: some });
    found.push(...rows.filter(isWanted));
    if (found.length >= limit) break;
  }
  return found.sort(newestFirst).slice(0, limit).map(resultOfRow);
}

/** As many hours at once as are counted to have the wanted number of results. */
function* inPortions(
  hours: readonly HourRow[],
  limit: number,
  verdict: Verdict | undefined,
): Generator<readonly HourRow[]> {
  let portion: HourRow[] = [];
  let counted = 0;
  for (const hour of hours) {
    if (verdict !== undefined && hour.wanted === 0) continue;
    portion.push(hour);
    counted += hour.wanted;
    if (counted < limit) continue;
    yield portion;
    portion = [];
    counted = 0;
  }
  if (portion.length > 0) yield portion;
}

async function readHours(
  sql: Sql,
  {
    siteId,
    location,
    schedule,
    hours,
  }: {
    readonly siteId: string;
    readonly location: string | undefined;
    readonly schedule: readonly SchedulePeriod[];
    readonly hours: readonly HourRow[];
  },
): Promise<readonly ResultRow[]> {
  const slots = hours.flatMap(({ startMs }) =>
    dueSlots(siteId, withRunningSlot(schedule), {
      fromMs: startMs,
      toMs: startMs + HOUR_MS,
      most: MOST_SLOTS,
    }),
  );
  const rows =
    slots.length === 0
      ? []
      : await sql.rows<ResultRow>(AT_SLOTS, [
          siteId,
          instantColumn(slots),
          location ?? null,
          Math.min(...slots),
          Math.max(...slots),
        ]);
  const byHour = Map.groupBy(rows, ({ slot }) => startOfHour(slot.getTime()));
  const all: ResultRow[] = [];
  for (const { startMs, results } of hours) {
    const known = byHour.get(startMs) ?? [];
    if (known.length >= results) all.push(...known);
    else all.push(...(await sql.rows<ResultRow>(IN_HOUR, [siteId, startMs, location ?? null])));
  }
  return all;
}

function newestFirst(one: ResultRow, other: ResultRow): number {
  const later = other.slot.getTime() - one.slot.getTime();
  if (later !== 0) return later;
  return one.location < other.location ? -1 : 1;
}

function startOfHour(instantMs: number): number {
  return Math.floor(instantMs / HOUR_MS) * HOUR_MS;
}

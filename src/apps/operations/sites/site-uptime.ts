/** Uptime and calendar of one site. What a person may not see is not found: the result is null. */
import type { Calendar, Uptime, UptimePeriod } from "../../../contract/api/sites/uptime.ts";
import { DAY_MS } from "../../../contract/duration.ts";
import { dueUntil } from "../../../core/reporting/due-slots.ts";
import { uncountedMs } from "../../../core/reporting/range-counts.ts";
import { type Counts, NO_RESULTS, readTotals } from "../../../core/reporting/range-totals.ts";
import { HOUR_MS } from "../../../core/reporting/site-history.ts";
import type { IncidentSpan, TimeRange } from "../../../core/reporting/site-records.ts";
import {
  downtimeMs,
  incidentsWithin,
  type PeriodUptime,
  totalUptime,
  uptimeByPeriod,
} from "../../../core/reporting/site-uptime.ts";
import { joinedWithin, totalMs } from "../../../core/reporting/time-ranges.ts";
import { findSite } from "./site-editing.ts";
import type { HistoryResources, WhichSite } from "./site-history.ts";
import { maintainedSite, readMaintenanceTimes } from "./site-maintenance.ts";

const DAYS: Readonly<Record<Exclude<UptimePeriod, "day">, number>> = {
  week: 7,
  month: 30,
  quarter: 90,
  year: 365,
};

/** Throws `UnavailableError`. */
export async function readUptime(
  resources: HistoryResources,
  { periods, ...which }: WhichSite & { readonly periods: readonly UptimePeriod[] },
): Promise<Uptime | null> {
  const { database, clock } = resources;
  const stored = await findSite(resources, which);
  if (stored === null) return null;
  const nowMs = clock.now();
  const longestMs = Math.max(...periods.map((period) => nowMs - startOf(period, nowMs)));
  const whole = { fromMs: nowMs - longestMs, toMs: nowMs };
  const schedule = await database.records.schedule(which.id, whole.fromMs);
  const [hours, days, incidents, times, keptSince] = await Promise.all([
    database.records.rollups("hour", which.id, { fromMs: startOf("day", nowMs), toMs: nowMs }),
    database.records.rollups("day", which.id, whole),
    database.records.incidents(which.id, whole),
    readMaintenanceTimes(resources, whole),
    database.rangeCounts.keptSince(),
  ]);
  const ranges = periods.map((period) => ({ fromMs: startOf(period, nowMs), toMs: nowMs }));
  const maintenance = ranges.map((range) => joinedWithin(times.of(maintainedSite(stored)), range));
  const inMaintenance = await readTotals(
    database.rangeCounts,
    maintenance.map((excluded) => ({ siteId: which.id, ranges: excluded })),
  );
  const items = periods.map((period, index) => {
    const range = ranges[index] ?? whole;
    const excluded = maintenance[index] ?? [];
    const periodMs = period === "day" ? HOUR_MS : DAY_MS;
    const rollups = (period === "day" ? hours : days).filter(({ startMs }) => startMs >= range.fromMs);
    const scheduled = { siteId: which.id, schedule, periodMs, dueUntilMs: dueUntil(schedule, nowMs) };
    return {
      period,
      from: iso(range.fromMs),
      ...totalUptime(uptimeByPeriod(rollups, range, scheduled), inMaintenance[index] ?? NO_RESULTS),
      downMs: downtimeMs(incidents, range, excluded),
      downWithMaintenanceMs: downtimeMs(incidents, range),
      maintenanceMs: totalMs(excluded),
      maintenanceNotExcludedMs: excluded.reduce((sum, part) => sum + uncountedMs(part, keptSince), 0),
      incidents: incidentsWithin(incidents, range).length,
    };
  });
  return { items };
}

/** `year` is the running UTC year when omitted. Throws `UnavailableError`. */
export async function readCalendar(
  resources: HistoryResources,
  { year: wanted, ...which }: WhichSite & { readonly year?: number | undefined },
): Promise<Calendar | null> {
  const { database, clock } = resources;
  const stored = await findSite(resources, which);
  if (stored === null) return null;
  const nowMs = clock.now();
  const year = wanted ?? new Date(nowMs).getUTCFullYear();
  const range = { fromMs: Date.UTC(year, 0, 1), toMs: Math.min(Date.UTC(year + 1, 0, 1), nowMs) };
  if (range.fromMs >= range.toMs) return { year, days: [] };
  const schedule = await database.records.schedule(which.id, range.fromMs);
  const [rollups, incidents, times] = await Promise.all([
    database.records.rollups("day", which.id, range),
    database.records.incidents(which.id, range),
    readMaintenanceTimes(resources, range),
  ]);
  const scheduled = { siteId: which.id, schedule, periodMs: DAY_MS, dueUntilMs: dueUntil(schedule, nowMs) };
  const days = uptimeByPeriod(rollups, range, scheduled);
  const maintenance = days.map((day) => joinedWithin(times.of(maintainedSite(stored)), dayOf(day)));
  const inMaintenance = await readTotals(
    database.rangeCounts,
    maintenance.map((ranges) => ({ siteId: which.id, ranges })),
  );
  return {
    year,
    days: days.map((day, index) => ({
      ...calendarDay(day, incidents, inMaintenance[index] ?? NO_RESULTS),
      maintenanceMs: totalMs(maintenance[index] ?? []),
    })),
  };
}

function dayOf({ startMs }: PeriodUptime): TimeRange {
  return { fromMs: startMs, toMs: startMs + DAY_MS };
}

function calendarDay(
  day: PeriodUptime,
  incidents: readonly IncidentSpan[],
  inMaintenance: Counts,
): Omit<Calendar["days"][number], "maintenanceMs"> {
  const { uptime, uptimeWithMaintenance, coverage, results } = totalUptime([day], inMaintenance);
  const { p95Ms } = day;
  return {
    day: iso(day.startMs).slice(0, 10),
    uptime,
    uptimeWithMaintenance,
    coverage,
    incidents: incidentsWithin(incidents, dayOf(day)).length,
    p95Ms: p95Ms === null ? null : Math.round(p95Ms * 10) / 10,
    results,
  };
}

function startOf(period: UptimePeriod, nowMs: number): number {
  if (period === "day") return Math.floor(nowMs / HOUR_MS) * HOUR_MS - 23 * HOUR_MS;
  return Math.floor(nowMs / DAY_MS) * DAY_MS - (DAYS[period] - 1) * DAY_MS;
}

function iso(instantMs: number): string {
  return new Date(instantMs).toISOString();
}

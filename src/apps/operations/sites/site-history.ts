/** History, uptime and calendar of one site. What a person may not see is not found: the result is null. */
import type { History, HistoryResolution } from "../../../contract/api/sites/results.ts";
import type { Calendar, Uptime, UptimePeriod } from "../../../contract/api/sites/uptime.ts";
import { DAY_MS } from "../../../contract/duration.ts";
import { UsageError } from "../../../contract/errors.ts";
import type { Configuration } from "../../../contract/settings/configuration.ts";
import type { Clock } from "../../../core/clock.ts";
import type { Database } from "../../../core/database.ts";
import { concernsSite } from "../../../core/maintenance-windows/active-window.ts";
import { occurrencesOf } from "../../../core/maintenance-windows/occurrences.ts";
import type { SchedulePeriod } from "../../../core/reporting/due-slots.ts";
import {
  HOUR_MS,
  MOST_RAW,
  resolutionFor,
  type Series,
  seriesOfResults,
  seriesOfRollups,
} from "../../../core/reporting/site-history.ts";
import type { IncidentSpan, TimeRange } from "../../../core/reporting/site-records.ts";
import {
  downtimeMs,
  incidentsWithin,
  type PeriodUptime,
  totalUptime,
  uptimeByPeriod,
} from "../../../core/reporting/site-uptime.ts";
import type { StoredSite } from "../../../core/sites/editing.ts";
import { findSite } from "./site-editing.ts";

export interface HistoryResources {
  readonly database: Pick<Database, "siteEditor" | "records" | "maintenanceWindows">;
  readonly configuration: Pick<Configuration, "maintenance">;
  readonly clock: Clock;
}

interface WhichSite {
  readonly id: string;
  /** Null sees all sites. */
  readonly visibleTags: readonly string[] | null;
}

const MOST_OCCURRENCES = 500;
const LONGEST_HOURLY_MS = 400 * DAY_MS;

/** Throws `UsageError` for a range that has too many results or hours, `UnavailableError`. */
export async function readHistory(
  resources: HistoryResources,
  {
    resolution: wanted,
    location,
    ...which
  }: WhichSite & {
    readonly fromMs?: number | undefined;
    readonly toMs?: number | undefined;
    readonly resolution: HistoryResolution | "auto";
    readonly location?: string | undefined;
  },
): Promise<History | null> {
  const { database, clock } = resources;
  const stored = await findSite(resources, which);
  if (stored === null) return null;
  const nowMs = clock.now();
  const asked = rangeOf(which, nowMs);
  const resolution = wanted === "auto" ? resolutionFor(asked) : wanted;
  const range = resolution === "raw" ? asked : wholePeriods(asked, periodOf(resolution));
  if (resolution === "hour" && range.toMs - range.fromMs > LONGEST_HOURLY_MS) {
    throw new UsageError("from and to are too far apart for hours: choose the resolution day");
  }
  const schedule = await database.records.schedule(which.id, range.fromMs);
  const scheduled = { siteId: which.id, schedule, dueUntilMs: dueUntil(schedule, nowMs) };
  const series = async (): Promise<Series> => {
    if (resolution === "raw") {
      const query = { ...range, siteId: which.id, location, limit: MOST_RAW };
      const results = await database.records.results(query);
      if (results.length === MOST_RAW) {
        throw new UsageError(`more than ${MOST_RAW} results: choose the resolution hour or a shorter time`);
      }
      return seriesOfResults(results, range, scheduled);
    }
    const rollups = await database.records.rollups(resolution, which.id, range);
    const own = location === undefined ? rollups : rollups.filter((rollup) => rollup.location === location);
    return seriesOfRollups(own, range, periodOf(resolution), scheduled);
  };
  const [lists, incidents, maintenance] = await Promise.all([
    series(),
    database.records.incidents(which.id, range),
    maintenanceOf(resources, stored, range),
  ]);
  return {
    resolution,
    from: iso(range.fromMs),
    to: iso(range.toMs),
    ...lists,
    incidents: incidents.map(({ id, severity, fromMs, toMs }) => ({
      id,
      severity,
      from: iso(fromMs),
      to: toMs === null ? null : iso(toMs),
    })),
    maintenance: [...maintenance],
  };
}

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
  if ((await findSite(resources, which)) === null) return null;
  const nowMs = clock.now();
  const longestMs = Math.max(...periods.map((period) => nowMs - startOf(period, nowMs)));
  const whole = { fromMs: nowMs - longestMs, toMs: nowMs };
  const schedule = await database.records.schedule(which.id, whole.fromMs);
  const [hours, days, incidents] = await Promise.all([
    database.records.rollups("hour", which.id, { fromMs: startOf("day", nowMs), toMs: nowMs }),
    database.records.rollups("day", which.id, whole),
    database.records.incidents(which.id, whole),
  ]);
  const items = periods.map((period) => {
    const range = { fromMs: startOf(period, nowMs), toMs: nowMs };
    const periodMs = period === "day" ? HOUR_MS : DAY_MS;
    const rollups = (period === "day" ? hours : days).filter(({ startMs }) => startMs >= range.fromMs);
    const scheduled = { siteId: which.id, schedule, periodMs, dueUntilMs: dueUntil(schedule, nowMs) };
    return {
      period,
      from: iso(range.fromMs),
      ...totalUptime(uptimeByPeriod(rollups, range, scheduled)),
      downMs: downtimeMs(incidents, range),
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
  if ((await findSite(resources, which)) === null) return null;
  const nowMs = clock.now();
  const year = wanted ?? new Date(nowMs).getUTCFullYear();
  const range = { fromMs: Date.UTC(year, 0, 1), toMs: Math.min(Date.UTC(year + 1, 0, 1), nowMs) };
  if (range.fromMs >= range.toMs) return { year, days: [] };
  const schedule = await database.records.schedule(which.id, range.fromMs);
  const [rollups, incidents] = await Promise.all([
    database.records.rollups("day", which.id, range),
    database.records.incidents(which.id, range),
  ]);
  const scheduled = { siteId: which.id, schedule, periodMs: DAY_MS, dueUntilMs: dueUntil(schedule, nowMs) };
  const days = uptimeByPeriod(rollups, range, scheduled).map((day) => calendarDay(day, incidents));
  return { year, days };
}

function calendarDay(day: PeriodUptime, incidents: readonly IncidentSpan[]): Calendar["days"][number] {
  const range = { fromMs: day.startMs, toMs: day.startMs + DAY_MS };
  const { uptime, coverage, results } = totalUptime([day]);
  const { p95Ms } = day;
  return {
    day: iso(day.startMs).slice(0, 10),
    uptime,
    coverage,
    incidents: incidentsWithin(incidents, range).length,
    p95Ms: p95Ms === null ? null : Math.round(p95Ms * 10) / 10,
    results,
  };
}

/** The last 24 hours when nothing is given. Throws `UsageError` when `from` is not before `to`. */
function rangeOf(
  { fromMs, toMs }: { readonly fromMs?: number | undefined; readonly toMs?: number | undefined },
  nowMs: number,
): TimeRange {
  const range = { fromMs: fromMs ?? (toMs ?? nowMs) - DAY_MS, toMs: toMs ?? nowMs };
  if (range.fromMs >= range.toMs) throw new UsageError("from: must be before to");
  if (range.toMs - range.fromMs > 11 * 366 * DAY_MS)
    throw new UsageError("from: at most eleven years before to");
  return range;
}

function wholePeriods({ fromMs, toMs }: TimeRange, periodMs: number): TimeRange {
  return {
    fromMs: Math.floor(fromMs / periodMs) * periodMs,
    toMs: Math.ceil(toMs / periodMs) * periodMs,
  };
}

function periodOf(resolution: "hour" | "day"): number {
  return resolution === "hour" ? HOUR_MS : DAY_MS;
}

/** A slot is due once its interval is over: until then its result may come. */
function dueUntil(schedule: readonly SchedulePeriod[], nowMs: number): number {
  return nowMs - (schedule.at(-1)?.intervalMs ?? 0);
}

function startOf(period: UptimePeriod, nowMs: number): number {
  if (period === "day") return Math.floor(nowMs / HOUR_MS) * HOUR_MS - 23 * HOUR_MS;
  return Math.floor(nowMs / DAY_MS) * DAY_MS - (DAYS[period] - 1) * DAY_MS;
}

async function maintenanceOf(
  { database, configuration }: HistoryResources,
  { site }: StoredSite,
  range: TimeRange,
): Promise<History["maintenance"]> {
  const stored = await database.maintenanceWindows.list();
  const maintained = { siteId: site.id, siteName: site.name, url: site.url, tags: site.tags };
  const windows = [...configuration.maintenance, ...stored.map(({ window }) => window)];
  const own = windows.filter((window) => concernsSite(window, maintained));
  return occurrencesOf(own, { ...range, mostPerWindow: MOST_OCCURRENCES }).map(
    ({ window, fromMs, untilMs }) => ({
      name: window.name,
      from: iso(fromMs),
      to: iso(untilMs),
    }),
  );
}

function iso(instantMs: number): string {
  return new Date(instantMs).toISOString();
}

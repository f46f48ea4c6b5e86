/** History of one site, for a graph. What a person may not see is not found: the result is null. */
import type { History, HistoryResolution } from "../../../contract/api/sites/results.ts";
import { DAY_MS } from "../../../contract/duration.ts";
import { UsageError } from "../../../contract/errors.ts";
import type { Clock } from "../../../core/clock.ts";
import type { Database } from "../../../core/database.ts";
import { dueUntil } from "../../../core/reporting/due-slots.ts";
import {
  HOUR_MS,
  MOST_RAW,
  resolutionFor,
  type Series,
  seriesOfResults,
  seriesOfRollups,
} from "../../../core/reporting/site-history.ts";
import type { TimeRange } from "../../../core/reporting/site-records.ts";
import { findSite } from "./site-editing.ts";
import { type MaintenanceResources, maintainedSite, readMaintenanceTimes } from "./site-maintenance.ts";

export interface HistoryResources extends MaintenanceResources {
  readonly database: Pick<Database, "siteEditor" | "records" | "rangeCounts" | "maintenanceWindows">;
  readonly clock: Clock;
}

export interface WhichSite {
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
    readMaintenanceTimes(resources, range),
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
    maintenance: maintenance
      .occurrences(maintainedSite(stored))
      .slice(0, MOST_OCCURRENCES)
      .map((occurrence) => ({
        name: occurrence.name,
        from: iso(occurrence.fromMs),
        to: iso(occurrence.toMs),
      })),
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

function iso(instantMs: number): string {
  return new Date(instantMs).toISOString();
}

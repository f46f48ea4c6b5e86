/** Counts what was recorded of many sites in the period of a report. */
import { DAY_MS } from "../../contract/duration.ts";
import { maintenanceTimes, type RecordedWindow } from "../maintenance-windows/recorded-windows.ts";
import { countDueSlots, dueUntil, type SchedulePeriod } from "./due-slots.ts";
import { LatencyHistogram } from "./latency-histogram.ts";
import { type KeptSince, partsOf, type RangeCounts, uncountedMs } from "./range-counts.ts";
import { NO_RESULTS, type RangeTotal, readTotals } from "./range-totals.ts";
import type { ReportedSite, ReportRecords } from "./report-records.ts";
import type { IncidentSpan, TimeRange } from "./site-records.ts";
import { joinedWithin, totalMs, without } from "./time-ranges.ts";
import type { Outage, SitePeriod } from "./uptime-report.ts";

const HOUR_MS = 3_600_000;
/** Bounds the memory: a year of days, at a few locations, of so many sites is read at once. */
const SITES_AT_ONCE = 250;

interface SitePeriodResources {
  readonly rangeCounts: RangeCounts;
  readonly reportRecords: Pick<ReportRecords, "schedules" | "outages">;
}

interface CountedPeriod extends TimeRange {
  readonly nowMs: number;
  readonly windows: readonly RecordedWindow[];
}

/** Sites that were neither due nor checked in the period are left out. Throws `UnavailableError`. */
export async function readSitePeriods(
  { rangeCounts, reportRecords }: SitePeriodResources,
  sites: readonly ReportedSite[],
  { nowMs, windows, ...whole }: CountedPeriod,
): Promise<readonly SitePeriod[]> {
  const passed = { fromMs: whole.fromMs, toMs: Math.min(whole.toMs, nowMs) };
  const maintenance = maintenanceTimes(windows, whole);
  const keptSince = await rangeCounts.keptSince();
  const parts = equalParts(passed);
  const periods: SitePeriod[] = [];
  for (let at = 0; at < sites.length; at += SITES_AT_ONCE) {
    const some = sites.slice(at, at + SITES_AT_ONCE);
    const siteIds = some.map(({ siteId }) => siteId);
    const timesOf = ({ siteId, name, url, tags }: ReportedSite): readonly TimeRange[] =>
      maintenance.of({ siteId, siteName: name, url, tags });
    const [schedules, outages, counted, excluded] = await Promise.all([
      reportRecords.schedules(siteIds, whole.fromMs),
      reportRecords.outages(siteIds, passed),
      countSites(rangeCounts, siteIds, passed),
      readTotals(
        rangeCounts,
        some.map((site) => ({ siteId: site.siteId, ranges: joinedWithin(timesOf(site), passed) })),
      ),
    ]);
    for (const [index, site] of some.entries()) {
      const schedule = schedules.get(site.siteId) ?? [];
      const all = counted[index];
      if (all === undefined) continue;
      const inMaintenance = excluded[index] ?? { ...NO_RESULTS, latencies: LatencyHistogram.empty() };
      all.latencies.subtract(inMaintenance.latencies);
      const times = timesOf(site);
      periods.push({
        ...site,
        results: all,
        inMaintenance,
        latencies: all.latencies,
        ...coverageOf(site.siteId, schedule, { parts, untilMs: dueUntil(schedule, nowMs), counted: all }),
        outages: outagesOf(outages.get(site.siteId) ?? [], passed, times),
        ...timesWithin(schedule, { whole, passed, times, keptSince }),
      });
    }
  }
  return periods.filter(
    ({ results, due, plannedMs }) => results.up + results.degraded + results.down + due + plannedMs > 0,
  );
}

interface CountedSite extends RangeTotal {
  /** The most results of one location in each part of the range, by its start. */
  readonly most: ReadonlyMap<number, number>;
}

async function countSites(
  rangeCounts: RangeCounts,
  siteIds: readonly string[],
  range: TimeRange,
): Promise<readonly CountedSite[]> {
  const counted = siteIds.map(() => ({
    up: 0,
    degraded: 0,
    down: 0,
    latencies: LatencyHistogram.empty(),
    most: new Map<number, number>(),
  }));
  await rangeCounts.read(
    siteIds.map((siteId) => ({ siteId, ...range })),
    ({ range: index, startMs, up, degraded, down, latencies }) => {
      const site = counted[index];
      if (site === undefined) return;
      site.up += up;
      site.degraded += degraded;
      site.down += down;
      site.latencies.merge(latencies);
      site.most.set(startMs, Math.max(site.most.get(startMs) ?? 0, up + degraded + down));
    },
  );
  return counted;
}

/** Consecutive parts of one length, of which each is counted by itself. */
interface EqualParts {
  readonly fromMs: number;
  readonly periodMs: number;
  readonly periods: number;
}

function equalParts(range: TimeRange): readonly EqualParts[] {
  const { days, hours, pieces } = partsOf(range);
  const cut = (parts: readonly TimeRange[], periodMs: number): readonly EqualParts[] =>
    parts.map(({ fromMs, toMs }) => ({ fromMs, periodMs, periods: (toMs - fromMs) / periodMs }));
  return [
    ...cut(days, DAY_MS),
    ...cut(hours, HOUR_MS),
    ...pieces.map(({ fromMs, toMs }) => ({ fromMs, periodMs: toMs - fromMs, periods: 1 })),
  ];
}

/** A part with more results than slots must not make up for the gaps of another. */
function coverageOf(
  siteId: string,
  schedule: readonly SchedulePeriod[],
  {
    parts,
    untilMs,
    counted,
  }: { readonly parts: readonly EqualParts[]; readonly untilMs: number; readonly counted: CountedSite },
): Pick<SitePeriod, "due" | "observed"> {
  let [due, observed] = [0, 0];
  for (const { fromMs, periodMs, periods } of parts) {
    const dueInParts = countDueSlots(siteId, schedule, { fromMs, periodMs, periods, untilMs });
    for (const [index, dueInPart] of dueInParts.entries()) {
      due += dueInPart;
      observed += Math.min(dueInPart, counted.most.get(fromMs + index * periodMs) ?? 0);
    }
  }
  return { due, observed };
}

/** An incident that maintenance covers as a whole is no outage. */
function outagesOf(
  incidents: readonly IncidentSpan[],
  passed: TimeRange,
  maintenance: readonly TimeRange[],
): readonly Outage[] {
  return incidents
    .map(({ fromMs, toMs }) => {
      const within = {
        fromMs: Math.max(fromMs, passed.fromMs),
        toMs: Math.min(toMs ?? passed.toMs, passed.toMs),
      };
      return {
        downMs: totalMs(without(within, maintenance)),
        isOver: toMs !== null && toMs <= passed.toMs,
      };
    })
    .filter(({ downMs }) => downMs > 0);
}

function timesWithin(
  schedule: readonly SchedulePeriod[],
  {
    whole,
    passed,
    times,
    keptSince,
  }: {
    readonly whole: TimeRange;
    readonly passed: TimeRange;
    readonly times: readonly TimeRange[];
    readonly keptSince: KeptSince;
  },
): Pick<SitePeriod, "plannedMs" | "countedMs" | "maintenanceMs" | "maintenanceNotExcludedMs"> {
  const checked = schedule
    .filter(({ paused }) => !paused)
    .map(({ fromMs, toMs }) => ({ fromMs, toMs: toMs ?? whole.toMs }));
  const timeIn = (range: TimeRange): number =>
    joinedWithin(checked, range).reduce((sum, part) => sum + totalMs(without(part, times)), 0);
  const ended = joinedWithin(times, passed);
  return {
    plannedMs: timeIn(whole),
    countedMs: timeIn(passed),
    maintenanceMs: totalMs(ended),
    maintenanceNotExcludedMs: ended.reduce((sum, range) => sum + uncountedMs(range, keptSince), 0),
  };
}

/** Uptime with coverage of one site over a span of hours or days. Pure. */
import { countDueSlots, type SchedulePeriod } from "./due-slots.ts";
import { LatencyHistogram } from "./latency-histogram.ts";
import { type Counts, goodOf, resultsOf } from "./range-totals.ts";
import { shareOf } from "./share.ts";
import type { IncidentSpan, LocationRollup, TimeRange } from "./site-records.ts";
import { without } from "./time-ranges.ts";

export interface PeriodUptime {
  readonly startMs: number;
  readonly results: number;
  /** Up or degraded. */
  readonly good: number;
  readonly due: number;
  /** Due slots that at least one location observed: as many as the location with the most results. */
  readonly observed: number;
  readonly p95Ms: number | null;
}

/** One entry for each period of `periodMs` milliseconds of the range, which begins with a period. */
export function uptimeByPeriod(
  rollups: readonly LocationRollup[],
  { fromMs, toMs }: TimeRange,
  {
    siteId,
    schedule,
    periodMs,
    dueUntilMs,
  }: {
    readonly siteId: string;
    readonly schedule: readonly SchedulePeriod[];
    readonly periodMs: number;
    readonly dueUntilMs: number;
  },
): readonly PeriodUptime[] {
  const periods = Math.ceil((toMs - fromMs) / periodMs);
  const due = countDueSlots(siteId, schedule, { fromMs, periodMs, periods, untilMs: dueUntilMs });
  const byPeriod = Map.groupBy(rollups, ({ startMs }) => Math.floor((startMs - fromMs) / periodMs));
  return due.map((dueSlots, index) => {
    const counted = byPeriod.get(index) ?? [];
    const latencies = LatencyHistogram.empty();
    let [results, good, most] = [0, 0, 0];
    for (const { up, degraded, down, latencies: own } of counted) {
      results += up + degraded + down;
      good += up + degraded;
      most = Math.max(most, up + degraded + down);
      latencies.merge(own);
    }
    return {
      startMs: fromMs + index * periodMs,
      results,
      good,
      due: dueSlots,
      observed: Math.min(most, dueSlots),
      p95Ms: latencies.percentiles([0.95])[0] ?? null,
    };
  });
}

export interface TotalUptime {
  /** Without planned maintenance. */
  readonly uptime: number | null;
  readonly uptimeWithMaintenance: number | null;
  /** With planned maintenance: sites are checked then too. */
  readonly coverage: number | null;
  readonly results: number;
  readonly resultsInMaintenance: number;
  readonly due: number;
}

/** Sums up periods. `inMaintenance` is what was counted of them in planned maintenance. Shares of nothing are null. */
export function totalUptime(periods: readonly PeriodUptime[], inMaintenance: Counts): TotalUptime {
  const total = { results: 0, good: 0, due: 0, observed: 0 };
  for (const { results, good, due, observed } of periods) {
    total.results += results;
    total.good += good;
    total.due += due;
    total.observed += observed;
  }
  const { results, due } = total;
  const resultsInMaintenance = resultsOf(inMaintenance);
  return {
    // Results may have arrived between the two counts.
    uptime: shareOf(
      Math.max(0, total.good - goodOf(inMaintenance)),
      Math.max(0, results - resultsInMaintenance),
    ),
    uptimeWithMaintenance: shareOf(total.good, results),
    coverage: shareOf(total.observed, due),
    results,
    resultsInMaintenance,
    due,
  };
}

/** How long incidents with severity down lasted within a range, outside `maintenance`, milliseconds. */
export function downtimeMs(
  incidents: readonly IncidentSpan[],
  { fromMs, toMs }: TimeRange,
  maintenance: readonly TimeRange[] = [],
): number {
  return incidents
    .filter(({ severity }) => severity === "down")
    .flatMap((incident) => {
      const within = {
        fromMs: Math.max(incident.fromMs, fromMs),
        toMs: Math.min(incident.toMs ?? toMs, toMs),
      };
      return without(within, maintenance);
    })
    .reduce((sum, part) => sum + (part.toMs - part.fromMs), 0);
}

/** The incidents that overlap a range. */
export function incidentsWithin(
  incidents: readonly IncidentSpan[],
  { fromMs, toMs }: TimeRange,
): readonly IncidentSpan[] {
  return incidents.filter((incident) => incident.fromMs < toMs && (incident.toMs ?? toMs) > fromMs);
}

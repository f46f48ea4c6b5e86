/**
 * The uptime of sites over a period against an objective: what a service level agreement asks for. Uptime is the share of
 * the results that are up or degraded; results within planned maintenance are excluded, and told beside it.
 * docs/reports.md explains each number.
 */
import type { ReportRow } from "../../contract/api/reports/uptime-report.ts";
import { LatencyHistogram } from "./latency-histogram.ts";
import { type Counts, difference, goodOf, NO_RESULTS, resultsOf } from "./range-totals.ts";
import { shareOf } from "./share.ts";

/** An incident of severity `down`, clipped to the period and without maintenance. */
export interface Outage {
  readonly downMs: number;
  /** False when it lasts beyond the period. */
  readonly isOver: boolean;
}

/** What was recorded of one site in the period. */
export interface SitePeriod {
  readonly siteId: string;
  readonly name: string | null;
  readonly url: string;
  readonly tags: readonly string[];
  /** All results. */
  readonly results: Counts;
  /** Those of them within planned maintenance. */
  readonly inMaintenance: Counts;
  /** Slots that were due, and how many of them have a result. */
  readonly due: number;
  readonly observed: number;
  /** Response times outside planned maintenance. */
  readonly latencies: LatencyHistogram;
  readonly outages: readonly Outage[];
  /** Time in which checks were planned, without maintenance: of the whole period, and of what of it has passed. */
  readonly plannedMs: number;
  readonly countedMs: number;
  readonly maintenanceMs: number;
  /** Maintenance whose results could not be told apart any more. */
  readonly maintenanceNotExcludedMs: number;
}

interface RowName {
  readonly key: string;
  readonly label: string;
  readonly url: string | null;
}

/** One row for each site, by name. */
export function siteRows(
  periods: readonly SitePeriod[],
  objectiveOf: (site: SitePeriod) => number | null,
): readonly ReportRow[] {
  return periods
    .map((period) => {
      const name = { key: period.siteId, label: period.name ?? period.url, url: period.url };
      return rowOf(name, [period], objectiveOf(period));
    })
    .sort((a, b) => a.label.localeCompare(b.label, "en", { numeric: true }));
}

/** One row for each tag, by name; a site counts in each of its tags. */
export function tagRows(
  periods: readonly SitePeriod[],
  objectiveOf: (tag: string) => number | null,
): readonly ReportRow[] {
  const tags = [...new Set(periods.flatMap((period) => period.tags))].sort();
  return tags.map((tag) =>
    rowOf(
      { key: tag, label: tag, url: null },
      periods.filter((period) => period.tags.includes(tag)),
      objectiveOf(tag),
    ),
  );
}

export interface SiteGroup {
  /** `page/group` of a status page. */
  readonly key: string;
  readonly label: string;
  readonly siteIds: ReadonlySet<string>;
}

/** One row for each group with a site of the report, in their order. */
export function groupRows(
  groups: readonly SiteGroup[],
  periods: readonly SitePeriod[],
  objective: number | null,
): readonly ReportRow[] {
  return groups.flatMap(({ key, label, siteIds }) => {
    const own = periods.filter(({ siteId }) => siteIds.has(siteId));
    return own.length === 0 ? [] : [rowOf({ key, label, url: null }, own, objective)];
  });
}

/** All sites in one row. */
export function totalRow(periods: readonly SitePeriod[], objective: number | null): ReportRow {
  return rowOf({ key: "total", label: "", url: null }, periods, objective);
}

function rowOf(name: RowName, periods: readonly SitePeriod[], objective: number | null): ReportRow {
  const all = sumOf(periods.map(({ results }) => results));
  const excluded = sumOf(periods.map(({ inMaintenance }) => inMaintenance));
  const uptime = shareUp(difference(all, excluded));
  const latencies = LatencyHistogram.empty();
  for (const period of periods) latencies.merge(period.latencies);
  const [p50Ms = null, p95Ms = null, p99Ms = null] = latencies.percentiles([0.5, 0.95, 0.99]).map(tenths);
  const sum = (of: (period: SitePeriod) => number): number =>
    periods.reduce((total, period) => total + of(period), 0);
  return {
    ...name,
    sites: periods.length,
    uptime,
    uptimeWithMaintenance: shareUp(all),
    coverage: shareOf(
      sum(({ observed }) => observed),
      sum(({ due }) => due),
    ),
    results: resultsOf(all),
    resultsInMaintenance: resultsOf(excluded),
    maintenanceMs: sum(({ maintenanceMs }) => maintenanceMs),
    maintenanceNotExcludedMs: sum(({ maintenanceNotExcludedMs }) => maintenanceNotExcludedMs),
    ...outageFigures(periods.flatMap(({ outages }) => outages)),
    p50Ms,
    p95Ms,
    p99Ms,
    objective,
    isMet: uptime === null || objective === null ? null : uptime >= objective,
    ...errorBudget({
      uptime,
      objective,
      plannedMs: sum(({ plannedMs }) => plannedMs),
      countedMs: sum(({ countedMs }) => countedMs),
    }),
  };
}

function outageFigures(
  outages: readonly Outage[],
): Pick<ReportRow, "outages" | "downMs" | "longestOutageMs" | "meanTimeToRecoveryMs"> {
  const downMs = outages.reduce((total, outage) => total + outage.downMs, 0);
  const over = outages.filter(({ isOver }) => isOver);
  const overMs = over.reduce((total, outage) => total + outage.downMs, 0);
  return {
    outages: outages.length,
    downMs,
    longestOutageMs: outages.reduce((longest, outage) => Math.max(longest, outage.downMs), 0),
    meanTimeToRecoveryMs: over.length === 0 ? null : Math.round(overMs / over.length),
  };
}

/**
 * The error budget is the time that the objective allows to be down: (1 − objective) · planned time. What is burnt is
 * (1 − uptime) · the time that has passed. A site without a schedule has shares only, an objective of 100 % no budget.
 */
function errorBudget({
  uptime,
  objective,
  plannedMs,
  countedMs,
}: {
  readonly uptime: number | null;
  readonly objective: number | null;
  readonly plannedMs: number;
  readonly countedMs: number;
}): Pick<ReportRow, "budgetMs" | "budgetBurntMs" | "budgetLeft"> {
  if (uptime === null || objective === null) return { budgetMs: null, budgetBurntMs: null, budgetLeft: null };
  const [allowed, missed] = [1 - objective, 1 - uptime];
  const hasTime = countedMs > 0;
  const passed = hasTime ? countedMs / plannedMs : 1;
  return {
    budgetMs: hasTime ? Math.round(allowed * plannedMs) : null,
    budgetBurntMs: hasTime ? Math.round(missed * countedMs) : null,
    budgetLeft: objective >= 1 ? null : Number((1 - (missed * passed) / allowed).toFixed(6)),
  };
}

function sumOf(counts: readonly Counts[]): Counts {
  return counts.reduce(
    (sum, { up, degraded, down }) => ({
      up: sum.up + up,
      degraded: sum.degraded + degraded,
      down: sum.down + down,
    }),
    NO_RESULTS,
  );
}

function shareUp(counts: Counts): number | null {
  return shareOf(goodOf(counts), resultsOf(counts));
}

function tenths(valueMs: number | null): number | null {
  return valueMs === null ? null : Math.round(valueMs * 10) / 10;
}

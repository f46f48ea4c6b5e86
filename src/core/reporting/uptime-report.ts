/**
 * The uptime of sites over a period against an objective: what a service level agreement asks for. Uptime is the share of
 * the results that are up or degraded; results within planned maintenance are excluded, and told beside it.
 */
import { LatencyHistogram } from "./latency-histogram.ts";

interface Counts {
  readonly up: number;
  readonly degraded: number;
  readonly down: number;
}

/** What was recorded of one site in the period. Instants are milliseconds since the epoch. */
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
  readonly latencies: LatencyHistogram;
  /** Incidents of severity `down`, clipped to the period and without maintenance; not overlapping. */
  readonly outages: readonly { readonly fromMs: number; readonly toMs: number }[];
}

export interface ReportRow {
  /** A site's id, a tag, or the whole. */
  readonly key: string;
  readonly label: string;
  readonly sites: number;
  /** Without maintenance; null without a result outside of it. */
  readonly uptime: number | null;
  readonly uptimeWithMaintenance: number | null;
  readonly coverage: number | null;
  readonly results: number;
  /** Results within planned maintenance, excluded from `uptime`. */
  readonly excluded: number;
  readonly outages: number;
  readonly downMs: number;
  readonly longestOutageMs: number;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
  /** Whether `uptime` reaches the objective; null without results. */
  readonly isMet: boolean | null;
  /** Share of the error budget that is left: 1 is all of it, below 0 it is overspent; null for an objective of 100 %. */
  readonly budgetLeft: number | null;
}

/** One row for each site, by name. */
export function siteRows(periods: readonly SitePeriod[], objective: number): readonly ReportRow[] {
  return periods
    .map((period) => rowOf(period.siteId, period.name ?? period.url, [period], objective))
    .sort((a, b) => a.label.localeCompare(b.label));
}

/** One row for each tag, by name; a site counts in each of its tags. */
export function tagRows(periods: readonly SitePeriod[], objective: number): readonly ReportRow[] {
  const tags = [...new Set(periods.flatMap((period) => period.tags))].sort();
  return tags.map((tag) =>
    rowOf(
      tag,
      tag,
      periods.filter((period) => period.tags.includes(tag)),
      objective,
    ),
  );
}

/** All sites in one row. */
export function totalRow(periods: readonly SitePeriod[], objective: number): ReportRow {
  return rowOf("total", "", periods, objective);
}

function rowOf(key: string, label: string, periods: readonly SitePeriod[], objective: number): ReportRow {
  const all = sumOf(periods.map(({ results }) => results));
  const excluded = sumOf(periods.map(({ inMaintenance }) => inMaintenance));
  const counted = {
    up: all.up - excluded.up,
    degraded: all.degraded - excluded.degraded,
    down: all.down - excluded.down,
  };
  const uptime = uptimeOf(counted);
  const due = periods.reduce((sum, period) => sum + period.due, 0);
  const observed = periods.reduce((sum, period) => sum + period.observed, 0);
  const durations = periods.flatMap(({ outages }) => outages.map(({ fromMs, toMs }) => toMs - fromMs));
  const latencies = LatencyHistogram.empty();
  for (const period of periods) latencies.merge(period.latencies);
  const [p50Ms = null, p95Ms = null, p99Ms = null] = latencies.percentiles([0.5, 0.95, 0.99]);
  return {
    key,
    label,
    sites: periods.length,
    uptime,
    uptimeWithMaintenance: uptimeOf(all),
    coverage: due === 0 ? null : Math.min(1, observed / due),
    results: totalOf(all),
    excluded: totalOf(excluded),
    outages: durations.length,
    downMs: durations.reduce((sum, duration) => sum + duration, 0),
    longestOutageMs: durations.reduce((longest, duration) => Math.max(longest, duration), 0),
    p50Ms,
    p95Ms,
    p99Ms,
    isMet: uptime === null ? null : uptime >= objective,
    budgetLeft: uptime === null || objective >= 1 ? null : 1 - (1 - uptime) / (1 - objective),
  };
}

function sumOf(counts: readonly Counts[]): Counts {
  const sum = { up: 0, degraded: 0, down: 0 };
  for (const { up, degraded, down } of counts) {
    sum.up += up;
    sum.degraded += degraded;
    sum.down += down;
  }
  return sum;
}

function totalOf({ up, degraded, down }: Counts): number {
  return up + degraded + down;
}

function uptimeOf(counts: Counts): number | null {
  const total = totalOf(counts);
  return total === 0 ? null : (counts.up + counts.degraded) / total;
}

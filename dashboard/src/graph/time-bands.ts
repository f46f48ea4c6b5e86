/** Incidents and maintenance as bands on the axis of time. */
import type { History } from "../../../src/contract/api/sites/results.ts";
import type { TimeRange } from "./range.ts";

export interface TimeBand {
  readonly kind: "down" | "degraded" | "maintenance";
  /** Within the range, milliseconds since 1970. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Still going on at the end of the range. */
  readonly open: boolean;
  /** Of an incident; null for maintenance. */
  readonly incidentId: string | null;
  /** Of a maintenance window; null for an incident. */
  readonly name: string | null;
}

/**
 * The bands that overlap the range, cut to it, maintenance first so that incidents are drawn above it. An incident
 * that is not resolved lasts until now.
 */
export function timeBands(
  { incidents, maintenance }: Pick<History, "incidents" | "maintenance">,
  range: TimeRange,
  nowMs: number,
): readonly TimeBand[] {
  const windows = maintenance.map(({ name, from, to }): TimeBand => {
    const toMs = Date.parse(to);
    return {
      kind: "maintenance",
      fromMs: Date.parse(from),
      toMs,
      open: toMs > range.toMs,
      incidentId: null,
      name,
    };
  });
  const troubles = incidents.map(
    ({ id, severity, from, to }): TimeBand => ({
      kind: severity,
      fromMs: Date.parse(from),
      toMs: to === null ? Math.max(nowMs, Date.parse(from)) : Date.parse(to),
      open: to === null,
      incidentId: id,
      name: null,
    }),
  );
  return [...windows, ...troubles]
    .filter(({ fromMs, toMs }) => toMs > range.fromMs && fromMs < range.toMs)
    .map((band) => ({
      ...band,
      fromMs: Math.max(band.fromMs, range.fromMs),
      toMs: Math.min(band.toMs, range.toMs),
    }));
}

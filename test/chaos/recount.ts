// The rollups once more, counted from the single results.
import { LatencyHistogram } from "../../src/core/reporting/latency-histogram.ts";
import type { RecordedResult, RollupRow } from "./observation.ts";
import type { Ruling } from "./ruling.ts";

interface Count {
  up: number;
  degraded: number;
  down: number;
  sumMs: number;
  readonly latencies: LatencyHistogram;
}

/** Sums of floating-point numbers depend on their order. */
const TOLERANCE = 1e-6;

/** @param digits of an instant in ISO 8601 that name the period: 13 an hour, 10 a day. */
export function recountRule(
  rule: string,
  results: readonly RecordedResult[],
  rollups: readonly RollupRow[],
  digits: 10 | 13,
): Ruling {
  const counts = recount(results, digits);
  const broken: string[] = [];
  for (const row of rollups) {
    const start = row.period.length - "2026-01-01T00:00:00.000Z".length;
    const counted = counts.get(row.period.slice(0, start + digits));
    counts.delete(row.period.slice(0, start + digits));
    const differences = counted === undefined ? ["no result of it"] : differencesOf(row, counted);
    if (differences.length > 0) broken.push(`${row.period}: ${differences.join(", ")}`);
  }
  for (const period of counts.keys()) broken.push(`${period} has results and no count`);
  return { rule, lookedAt: rollups.length, broken };
}

function recount(results: readonly RecordedResult[], digits: number): Map<string, Count> {
  const counts = new Map<string, Count>();
  for (const { siteId, location, slot, verdict, responseTimeMs } of results) {
    const period = `${siteId}/${location}/${slot.slice(0, digits)}`;
    const count = counts.get(period) ?? {
      up: 0,
      degraded: 0,
      down: 0,
      sumMs: 0,
      latencies: LatencyHistogram.empty(),
    };
    counts.set(period, count);
    count[verdict] += 1;
    if (responseTimeMs === null) continue;
    count.sumMs += responseTimeMs;
    count.latencies.add(responseTimeMs);
  }
  return counts;
}

function differencesOf(row: RollupRow, counted: Count): readonly string[] {
  const pairs: readonly (readonly [string, number, number])[] = [
    ["up", row.up, counted.up],
    ["degraded", row.degraded, counted.degraded],
    ["down", row.down, counted.down],
    ["milliseconds", row.responseTimeSumMs, counted.sumMs],
    ["response times", row.responseTimes, counted.latencies.total],
  ];
  const differences = pairs
    .filter(([, actual, expected]) => Math.abs(actual - expected) > TOLERANCE * Math.max(1, expected))
    .map(([name, actual, expected]) => `${name} ${actual} for ${expected}`);
  const sameHistogram = Buffer.from(counted.latencies.toBytes()).toString("hex") === row.latencies;
  return sameHistogram ? differences : [...differences, "another histogram"];
}

/** Results on their way into the tables: each identity once, in one order, with what is needed of them again and again. */
import type { CheckResult } from "../../../contract/checks/check-result.ts";
import type { CountedResult } from "../../../core/reporting/rollup.ts";

/** A result that is counted, and its place among those it came with. */
export interface ArrivedResult extends CountedResult {
  /** From 0, in the order in which the results of one `record` call came. */
  readonly arrival: number;
}

export interface PreparedResult extends ArrivedResult {
  readonly result: CheckResult;
}

export interface PreparedResults {
  /** Site by site, and of each in the order of slot and location. */
  readonly observed: readonly PreparedResult[];
  /** Results of monitors without uplink, in order of arrival. They say nothing about the sites. */
  readonly unobserved: readonly ArrivedResult[];
}

export function prepareResults(results: Iterable<CheckResult>): PreparedResults {
  const bySite = new Map<string, PreparedResult[]>();
  const unobserved: PreparedResult[] = [];
  let arrival = 0;
  for (const result of results) {
    const prepared = prepareResult(result, arrival);
    arrival += 1;
    if (result.uplinkDown === true) {
      unobserved.push(prepared);
      continue;
    }
    const others = bySite.get(prepared.siteId);
    if (others === undefined) bySite.set(prepared.siteId, [prepared]);
    else others.push(prepared);
  }
  const observed = [...bySite.keys()].sort().flatMap((siteId) => distinct(bySite.get(siteId) ?? []));
  return { observed, unobserved };
}

export function prepareResult(result: CheckResult, arrival: number): PreparedResult {
  const { location, verdict, responseTimeMs, timings } = result;
  // An id in capital letters is the same id.
  const siteId = result.siteId.toLowerCase();
  return {
    siteId,
    location,
    slotMs: Date.parse(result.slot),
    verdict,
    responseTimeMs,
    timings,
    arrival,
    result,
  };
}

/** Of one site, in the order of slot and location; of several for one identity the first. */
export function distinct<T extends CountedResult>(ofOneSite: T[]): readonly T[] {
  const inOrder = ofOneSite.every((each, index) => {
    const before = ofOneSite[index - 1];
    return before === undefined || compare(before, each) < 0;
  });
  if (inOrder) return ofOneSite;
  // Sorting keeps the order of equals.
  const sorted = ofOneSite.sort(compare);
  return sorted.filter((each, index) => {
    const before = sorted[index - 1];
    return before === undefined || compare(before, each) !== 0;
  });
}

/**
 * In the order of the key of `check_results`, given results site by site. Everyone writes in this order, so writers of
 * the same results never wait for each other in a circle; partitions, which COPY fills one after the other, follow it.
 */
export function inKeyOrder<T extends CountedResult>(results: readonly T[]): readonly T[] {
  return results.toSorted((a, b) => a.slotMs - b.slotMs);
}

function compare(a: CountedResult, b: CountedResult): number {
  if (a.slotMs !== b.slotMs) return a.slotMs - b.slotMs;
  if (a.location === b.location) return 0;
  return a.location < b.location ? -1 : 1;
}

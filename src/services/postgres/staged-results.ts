/**
 * Results that are rows for `COPY` already, and of each no more than what is counted: so that of a batch of thousands
 * nearly everything is gone again before the collector comes by.
 */
import type { CheckResult } from "../../contract/check-result.ts";
import type { CountedResult } from "../../core/reporting/rollup.ts";
import { CopyRows, type RowRange } from "./copy-rows.ts";
import { inIdentityOrder, type PreparedResult, prepareResult } from "./prepared-result.ts";
import { refusingOutOfRange, writeResultRow } from "./result-columns.ts";

interface StagedResult extends CountedResult {
  readonly row: RowRange;
}

export class StagedResults {
  /** Each identity once, in one order. */
  readonly all: readonly StagedResult[];
  /** The latest of each site and location, site by site. */
  readonly latest: readonly PreparedResult[];
  readonly #rows = new CopyRows();

  /** Throws `RefusedError` for a number that its column can't hold. */
  constructor(results: Iterable<CheckResult>) {
    const bySite = new Map<string, StagedResult[]>();
    const latest = new LatestResults();
    refusingOutOfRange(() => {
      for (const result of results) {
        const prepared = prepareResult(result);
        const row = writeResultRow(this.#rows, prepared);
        const others = bySite.get(prepared.siteId);
        if (others === undefined) bySite.set(prepared.siteId, [staged(prepared, prepared.siteId, row)]);
        // One text for the id of all of a site's results.
        else others.push(staged(prepared, others[0]?.siteId ?? prepared.siteId, row));
        latest.add(prepared);
      }
    });
    this.all = inIdentityOrder(bySite);
    this.latest = latest.all();
  }

  /** Some of the results, for `COPY`. */
  asCopy(results: readonly StagedResult[]): Uint8Array {
    return this.#rows.only(results.map(({ row }) => row));
  }
}

function staged(
  { location, slotMs, verdict, responseTimeMs }: CountedResult,
  siteId: string,
  row: RowRange,
): StagedResult {
  return { siteId, location, slotMs, verdict, responseTimeMs, row };
}

class LatestResults {
  readonly #bySite = new Map<string, Map<string, PreparedResult>>();

  add(result: PreparedResult): void {
    const { siteId, location, slotMs } = result;
    const ofSite = this.#bySite.get(siteId);
    if (ofSite === undefined) this.#bySite.set(siteId, new Map([[location, result]]));
    else if (slotMs > (ofSite.get(location)?.slotMs ?? Number.NEGATIVE_INFINITY))
      ofSite.set(location, result);
  }

  /** Site by site, in the order of their ids. */
  all(): readonly PreparedResult[] {
    const siteIds = [...this.#bySite.keys()].sort();
    return siteIds.flatMap((siteId) => [...(this.#bySite.get(siteId)?.values() ?? [])]);
  }
}

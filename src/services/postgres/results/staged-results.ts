/**
 * Results encoded as rows for `COPY` while they are read. Of each result only the encoded row and what is counted stay
 * in memory: V8 frees the rest of a batch of thousands in its young generation.
 */
import type { CheckResult } from "../../../contract/checks/check-result.ts";
import { CopyRows, type RowRange } from "../binary/copy-rows.ts";
import {
  type ArrivedResult,
  distinct,
  inKeyOrder,
  type PreparedResult,
  prepareResult,
} from "./prepared-result.ts";
import { refusingOutOfRange, writeResultRow } from "./result-columns.ts";

interface StagedResult extends ArrivedResult {
  readonly row: RowRange;
}

export class StagedResults {
  /** Each identity once, in the order that `prepareResults` gives. */
  readonly all: readonly StagedResult[];
  /** The latest of each site and location, site by site. */
  readonly latest: readonly PreparedResult[];
  /** Results of monitors without uplink, in order of arrival. They say nothing about the sites. */
  readonly unobserved: readonly ArrivedResult[];
  readonly #rows = new CopyRows();

  /** Throws `RefusedError` for a number that its column can't hold. */
  constructor(results: Iterable<CheckResult>) {
    const sites = new Map<string, StagedSite>();
    const unobserved: ArrivedResult[] = [];
    refusingOutOfRange(() => {
      let arrival = 0;
      for (const result of results) {
        const prepared = prepareResult(result, arrival);
        arrival += 1;
        if (result.uplinkDown === true) {
          unobserved.push(prepared);
          continue;
        }
        let site = sites.get(prepared.siteId);
        if (site === undefined) {
          site = new StagedSite(prepared.siteId);
          sites.set(prepared.siteId, site);
        }
        site.add(prepared, writeResultRow(this.#rows, prepared));
      }
    });
    const inOrder = [...sites.keys()].sort().flatMap((siteId) => sites.get(siteId) ?? []);
    this.unobserved = unobserved;
    this.all = inOrder.flatMap((site) => distinct(site.results));
    this.latest = inOrder.flatMap((site) => [...site.latest.values()]);
  }

  /** Some of the results, for `COPY`. */
  asCopy(results: readonly StagedResult[]): Uint8Array {
    return this.#rows.only(inKeyOrder(results).map(({ row }) => row));
  }
}

class StagedSite {
  readonly results: StagedResult[] = [];
  /** By location. */
  readonly latest = new Map<string, PreparedResult>();
  /** One text for all of its results. */
  readonly #siteId: string;

  constructor(siteId: string) {
    this.#siteId = siteId;
  }

  add(result: PreparedResult, row: RowRange): void {
    const { location, slotMs, verdict, responseTimeMs, timings, arrival } = result;
    const siteId = this.#siteId;
    this.results.push({ siteId, location, slotMs, verdict, responseTimeMs, timings, arrival, row });
    const latestMs = this.latest.get(location)?.slotMs ?? Number.NEGATIVE_INFINITY;
    if (slotMs > latestMs) this.latest.set(location, result);
  }
}

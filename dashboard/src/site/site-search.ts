/** What the address of a site's page says: range and location of the graph, filter of the results. */
import type { Verdict } from "../../../src/contract/checks/check-result.ts";
import type { GraphSearch } from "../graph/graph-search.ts";
import { parseRangeSearch } from "../graph/range.ts";

export interface SiteSearch extends GraphSearch {
  readonly verdict?: Verdict;
}

const verdicts = ["up", "degraded", "down"] as const;

/** Reads the parameters of an address; leaves out what it does not know. */
export function parseSiteSearch(search: Readonly<Record<string, unknown>>): SiteSearch {
  const { location } = search;
  const verdict = verdicts.find((each) => each === search.verdict);
  return {
    ...parseRangeSearch(search),
    ...(typeof location === "string" && location !== "" ? { location } : {}),
    ...(verdict === undefined ? {} : { verdict }),
  };
}

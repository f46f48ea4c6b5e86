/** What the address says about the graph. */
import type { RangeSearch } from "./range.ts";

/** The value of `location` that compares all of them. */
export const eachLocation = "each";

export interface GraphSearch extends RangeSearch {
  /** One location, or `eachLocation`; all together when omitted. */
  readonly location?: string;
}

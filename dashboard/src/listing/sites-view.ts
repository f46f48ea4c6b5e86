/** What the list shows, as it stands in the address: search, filters, groups and order. */
import type { SiteState } from "../../../src/contract/api/sites/sites.ts";

export const siteStates = [
  "down",
  "degraded",
  "not observed",
  "pending",
  "up",
  "paused",
] as const satisfies SiteState[];
export const groupings = ["none", "tag", "host", "state"] as const;
export const orders = ["state", "name", "p95", "uptime", "certificate", "checked"] as const;

type Grouping = (typeof groupings)[number];
export type Order = (typeof orders)[number];

/** What is omitted has its usual value: every state, any tag, no groups, trouble first. */
export interface SitesView {
  readonly q?: string;
  readonly state?: SiteState;
  readonly tag?: string;
  readonly group?: Exclude<Grouping, "none">;
  readonly sort?: Exclude<Order, "state">;
}

/** Reads the parameters of an address; what it does not know it leaves out. */
export function parseSitesView(search: Readonly<Record<string, unknown>>): SitesView {
  const { q, tag } = search;
  const state = siteStates.find((each) => each === search.state);
  const group = groupings.find((each) => each === search.group);
  const sort = orders.find((each) => each === search.sort);
  return {
    ...(typeof q === "string" && q !== "" ? { q } : {}),
    ...(typeof tag === "string" && tag !== "" ? { tag } : {}),
    ...(state === undefined ? {} : { state }),
    ...(group === undefined || group === "none" ? {} : { group }),
    ...(sort === undefined || sort === "state" ? {} : { sort }),
  };
}

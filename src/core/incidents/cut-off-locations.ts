/**
 * Decides when a location is cut off: what it sees then says nothing about the sites.
 *
 * | state   | results of the location                                          | next    |
 * |---------|------------------------------------------------------------------|---------|
 * | fine    | one of a monitor that reached none of its reference addresses    | cut off |
 * | fine    | most unrelated sites down there and up elsewhere, at least three | cut off |
 * | cut off | more of either                                                   | cut off |
 * | cut off | an up result a minute after the last of either, and fewer than   | fine    |
 * |         | a quarter of the unrelated sites down there and up elsewhere     |         |
 *
 * Sites with a common host, or that depend on the same site, are related and count as one.
 */

/** What a location saw lately of the sites that other locations see too. */
export interface LocationSight {
  /** Unrelated sites. */
  readonly sites: number;
  /** Of these, how many are down there and up elsewhere. */
  readonly failing: number;
}

/** Fewer failing sites than this never show that a location is cut off. */
export const FEWEST_FAILING = 3;
/** How long a location must see the sites again. */
export const QUIET_MS = 60_000;

export function isCutOff({ sites, failing }: LocationSight): boolean {
  return failing >= FEWEST_FAILING && failing * 2 > sites;
}

export function seesTheSitesAgain({ sites, failing }: LocationSight): boolean {
  return failing * 4 < Math.max(1, sites);
}

export function cutOffMessage({ sites, failing }: LocationSight): string {
  return `${failing} of ${sites} sites fail there and are up elsewhere`;
}

export const UPLINK_DOWN_MESSAGE = "its monitor reaches none of the reference addresses";

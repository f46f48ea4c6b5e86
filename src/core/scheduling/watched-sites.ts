/**
 * The sites that a monitor watches, prepared for checking. It compares each group of sites with the previous read: an
 * unchanged group costs nothing. An invalid site does not affect others.
 */
import { isDeepStrictEqual } from "node:util";
import type { Site } from "../../contract/checks/site.ts";
import type { Checker, PreparedCheck } from "../checking/checker.ts";
import type { SiteGroup } from "./site-source.ts";

export interface WatchedSite {
  readonly site: Site;
  /** Null when the site's definition is invalid. */
  readonly check: PreparedCheck | null;
  /** The URL's host and port, which limits apply to. */
  readonly host: string;
  /** The group that contains the site. */
  readonly group: string;
}

export interface WatchedSitesOptions {
  readonly checker: Checker;
  readonly onAdded: (site: Site) => void;
  readonly onChanged: (site: Site) => void;
  readonly onRemoved: (siteId: string) => void;
  readonly onRefused: (site: Site, error: unknown) => void;
}

export class WatchedSites {
  readonly #options: WatchedSitesOptions;
  readonly #sites = new Map<string, WatchedSite>();
  readonly #groups = new Map<string, readonly Site[]>();
  #checksPerSecond = 0;

  constructor(options: WatchedSitesOptions) {
    this.#options = options;
  }

  /** How many checks are due in a second, on average. */
  get checksPerSecond(): number {
    return this.#checksPerSecond;
  }

  get(siteId: string): WatchedSite | undefined {
    return this.#sites.get(siteId);
  }

  values(): Iterable<WatchedSite> {
    return this.#sites.values();
  }

  /** Applies the changes in a group. */
  apply({ key, sites }: SiteGroup): void {
    const before = this.#groups.get(key);
    if (before === sites) return;
    this.#groups.set(key, sites);
    for (const site of sites) this.#watch(site, key);
    if (before === undefined) return;
    const wanted = new Set(sites.map(({ id }) => id));
    this.#remove(
      before.filter(({ id }) => !wanted.has(id)),
      key,
    );
  }

  /** Removes the sites of all other groups. */
  keepOnly(keys: ReadonlySet<string>): void {
    for (const [key, sites] of this.#groups) {
      if (keys.has(key)) continue;
      this.#groups.delete(key);
      this.#remove(sites, key);
    }
  }

  #watch(site: Site, group: string): void {
    const before = this.#sites.get(site.id);
    // A group that was read earlier contains the same site.
    if (before !== undefined && before.group !== group) return;
    if (before !== undefined && isDeepStrictEqual(before.site, site)) return;
    const check = this.#prepare(site);
    if (before !== undefined) this.#checksPerSecond -= rateOf(before);
    const watched = { site, check, host: new URL(site.url).host, group };
    this.#sites.set(site.id, watched);
    this.#checksPerSecond += rateOf(watched);
    if (check === null) this.#options.onRemoved(site.id);
    else if (before === undefined || before.check === null) this.#options.onAdded(site);
    else this.#options.onChanged(site);
  }

  #prepare(site: Site): PreparedCheck | null {
    try {
      return this.#options.checker.prepare(site);
    } catch (error) {
      this.#options.onRefused(site, error);
      return null;
    }
  }

  #remove(sites: readonly Site[], group: string): void {
    for (const { id } of sites) {
      const watched = this.#sites.get(id);
      if (watched?.group !== group) continue;
      this.#sites.delete(id);
      this.#checksPerSecond -= rateOf(watched);
      this.#options.onRemoved(id);
    }
  }
}

function rateOf({ site, check }: WatchedSite): number {
  return check === null ? 0 : 1000 / site.intervalMs;
}

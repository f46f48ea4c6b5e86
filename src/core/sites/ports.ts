/** Ports for the sites and recorded results that people manage and read. */
import type { CheckResult } from "../../contract/checks/check-result.ts";
import type { Site } from "../../contract/checks/site.ts";

/** Where a site outside the table is defined. */
export type OutsideSource = "file" | "command line" | "environment";

/** Sites that one monitor watches and that are defined outside the table. */
export interface DescribedSites {
  readonly source: OutsideSource;
  readonly sites: readonly Site[];
  /** Names the monitor. */
  readonly by: string;
}

export interface SiteStore {
  /** Adds sites, or replaces those with the same id. Throws `UnavailableError`. */
  save(sites: readonly Site[]): Promise<void>;
  /**
   * Stores descriptions of watched sites, without their secrets, so that everybody sees them. Saved sites do not change.
   * `again` is true when the same monitor stored them before. Throws `UnavailableError`.
   */
  describe(described: DescribedSites, options: { readonly again: boolean }): Promise<void>;
  /** Marks the sites that this monitor described as no longer watched. Throws `UnavailableError`. */
  forget(by: string): Promise<void>;
  /** Removes a site from the schedule. Its results stay. Returns false when no site has this id, name or URL. */
  remove(idNameOrUrl: string): Promise<boolean>;
  /** All saved sites that were not removed, ordered by name, then URL. */
  list(): Promise<readonly Site[]>;
  /** Ids of the enabled sites outside the table that a monitor describes or that had results within the last intervals. */
  watchedElsewhere(): Promise<readonly string[]>;
  /** Calls `listener` when sites may have changed, until the signal aborts. Notifications can be missed. */
  onChanged(listener: () => void, signal: AbortSignal): void;
}

export interface ResultQuery {
  /** Id, name or URL of a site. */
  readonly site?: string | undefined;
  /** Only slots at or after this instant, milliseconds since the epoch. */
  readonly sinceMs?: number | undefined;
  readonly limit: number;
}

export interface ResultHistory {
  /** Returns results, newest slot first. */
  results(query: ResultQuery): Promise<readonly CheckResult[]>;
}

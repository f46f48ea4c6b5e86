/** Ports for the sites and recorded results that people manage and read. */
import type { CheckResult } from "../../contract/check-result.ts";
import type { Site } from "../../contract/site.ts";

export interface SiteStore {
  /** Adds sites, or replaces those with the same id. Throws `UnavailableError`. */
  save(sites: readonly Site[]): Promise<void>;
  /**
   * Stores descriptions of sites that are named on a command line or in a file, without scheduling them. Saved sites do
   * not change. Throws `UnavailableError`.
   */
  describe(sites: readonly Site[]): Promise<void>;
  /** Removes a site from the schedule. Its results stay. Returns false when no site has this id, name or URL. */
  remove(idNameOrUrl: string): Promise<boolean>;
  /** All saved sites that were not removed, ordered by name, then URL. */
  list(): Promise<readonly Site[]>;
  /** Ids of sites that are not scheduled in the table but had results within the last few intervals. */
  observedElsewhere(): Promise<readonly string[]>;
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

/** What is asked of the tables by people: which sites there are, and what was recorded. */
import type { CheckResult } from "../../contract/check-result.ts";
import type { Site } from "../../contract/site.ts";

export interface SiteStore {
  /** Adds sites, or changes those with the same id. Throws `UnavailableError`. */
  save(sites: readonly Site[]): Promise<void>;
  /**
   * Keeps what is said of sites that are named on a command line or in a file, out of the schedule; a site that was saved
   * stays as it is. Throws `UnavailableError`.
   */
  describe(sites: readonly Site[]): Promise<void>;
  /** Removes the site from the schedule by id, name or URL; what was recorded stays. False when there is none. */
  remove(idNameOrUrl: string): Promise<boolean>;
  /** All that were saved and not removed, by name, then URL. */
  list(): Promise<readonly Site[]>;
  /** Ids of sites that are not in the table's schedule, and of which results came in the last few intervals. */
  observedElsewhere(): Promise<readonly string[]>;
  /** Calls `listener` when sites may have changed; a hint, not a promise. Ends with the signal. */
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
  /** Newest slot first. */
  results(query: ResultQuery): Promise<readonly CheckResult[]>;
}

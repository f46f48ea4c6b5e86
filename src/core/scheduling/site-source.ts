/** Port for the source of a monitor's sites: a table, a file or a command line. */
import type { Site } from "../../contract/checks/site.ts";

/** A group of sites, such as those of one shard of a table. */
export interface SiteGroup {
  readonly key: string;
  /** The same array object as in the previous read if the group has not changed. */
  readonly sites: readonly Site[];
}

export interface SiteSource {
  /**
   * Yields all sites to check, group by group, so checks can start before the last group is read. Throws
   * `UnavailableError`.
   */
  read(): AsyncIterable<SiteGroup>;
  /** Calls `listener` when the sites may have changed, until the signal aborts. Notifications can be missed. */
  onChanged(listener: () => void, signal: AbortSignal): void;
}

/** A source of sites that never change, such as those of a command line or a file. */
export function fixedSites(sites: readonly Site[]): SiteSource {
  const group = { key: "named", sites };
  return {
    async *read() {
      yield group;
    },
    onChanged: () => {},
  };
}

/** Combines several sources. When two contain the same site, the earlier source takes precedence. */
export function joinedSites(sources: readonly SiteSource[]): SiteSource {
  return {
    async *read() {
      for (const source of sources) yield* source.read();
    },
    onChanged(listener, signal) {
      for (const source of sources) source.onChanged(listener, signal);
    },
  };
}

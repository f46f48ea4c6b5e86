/** Where a monitor's sites come from. Core doesn't care whether it is a table, a file or a command line. */
import type { Site } from "../../contract/site.ts";

/** Some of the sites, such as those of one shard of a table. */
export interface SiteGroup {
  readonly key: string;
  /** The very array of the read before where nothing of the group has changed. */
  readonly sites: readonly Site[];
}

export interface SiteSource {
  /**
   * All sites to be checked now, group by group as they are read, so that checks begin before the last is read and no
   * step takes long. Throws `UnavailableError`.
   */
  read(): AsyncIterable<SiteGroup>;
  /** Calls `listener` when `read` may answer otherwise; a hint, not a promise. Ends with the signal. */
  onChanged(listener: () => void, signal: AbortSignal): void;
}

/** Sites that never change, as named on a command line or in a file. */
export function fixedSites(sites: readonly Site[]): SiteSource {
  const group = { key: "named", sites };
  return {
    async *read() {
      yield group;
    },
    onChanged: () => {},
  };
}

/** Several sources as one; where two name the same site, the earlier source has its way. */
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

/** Where a monitor's sites come from. Core doesn't care whether it is a table, a file or a command line. */
import type { Site } from "../../contract/site.ts";

export interface SiteSource {
  /** All sites to be checked now, each id once. Throws `UnavailableError`. */
  read(): Promise<readonly Site[]>;
  /** Calls `listener` when `read` may answer otherwise; a hint, not a promise. Ends with the signal. */
  onChanged(listener: () => void, signal: AbortSignal): void;
}

/** Sites that never change, as named on a command line or in a file. */
export function fixedSites(sites: readonly Site[]): SiteSource {
  return { read: async () => sites, onChanged: () => {} };
}

/** Several sources as one; where two name the same site, the earlier source has its way. */
export function joinedSites(sources: readonly SiteSource[]): SiteSource {
  return {
    async read() {
      const byId = new Map<string, Site>();
      for (const sites of await Promise.all(sources.map((source) => source.read()))) {
        for (const site of sites) if (!byId.has(site.id)) byId.set(site.id, site);
      }
      return [...byId.values()];
    },
    onChanged(listener, signal) {
      for (const source of sources) source.onChanged(listener, signal);
    },
  };
}

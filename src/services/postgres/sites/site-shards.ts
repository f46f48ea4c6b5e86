/** Leases shards of the sites table to the monitors of one location. */
import type { Site } from "../../../contract/checks/site.ts";
import type { SiteShards } from "../../../core/scheduling/shared-sites.ts";
import type { SqlService } from "../connecting/sql.ts";
import { leaseShards, releaseShards } from "../leases.ts";
import type { SqlSiteStore } from "./site-store.ts";

/** Number of shards, which is the largest number of monitors of one location that can share the sites. */
const SHARDS = 256;

/** Begins the scope of the leases of a location's monitors; the location follows. */
export const SHARDS_SCOPE = "monitors at ";

export class SqlSiteShards implements SiteShards {
  readonly #service: SqlService;
  readonly #sites: SqlSiteStore;
  readonly #scope: string;

  constructor(service: SqlService, sites: SqlSiteStore, location: string) {
    this.#service = service;
    this.#sites = sites;
    this.#scope = `${SHARDS_SCOPE}${location}`;
  }

  async lease(owner: string, leaseMs: number): Promise<readonly number[]> {
    return await leaseShards(this.#service, { scope: this.#scope, owner, leaseMs, shards: SHARDS });
  }

  async release(owner: string): Promise<void> {
    await releaseShards(this.#service, this.#scope, owner);
  }

  async versionsOf(shards: readonly number[]): Promise<ReadonlyMap<number, string>> {
    return await this.#sites.versionsOf(shards);
  }

  async sitesOf(shards: readonly number[]): Promise<readonly Site[]> {
    return await this.#sites.enabledIn(shards);
  }

  onChanged(listener: () => void, signal: AbortSignal): void {
    this.#sites.onChanged(listener, signal);
  }
}

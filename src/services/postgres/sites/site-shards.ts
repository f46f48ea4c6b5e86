/** The sites of the table as the monitors of one place share them. */
import type { Site } from "../../../contract/site.ts";
import type { SiteShards } from "../../../core/scheduling/shared-sites.ts";
import type { SqlService } from "../connecting/sql.ts";
import { leaseShards, releaseShards } from "../leases.ts";
import type { SqlSiteStore } from "./site-store.ts";

/** As many monitors of one place can share its sites. */
const SHARDS = 256;

export class SqlSiteShards implements SiteShards {
  readonly #service: SqlService;
  readonly #sites: SqlSiteStore;
  readonly #scope: string;

  constructor(service: SqlService, sites: SqlSiteStore, location: string) {
    this.#service = service;
    this.#sites = sites;
    this.#scope = `monitors at ${location}`;
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

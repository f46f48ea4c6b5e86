/**
 * The sites of a table, shared by the monitors of one location. Sites are hashed to shards, and a monitor checks the
 * sites of the shards it leases. When two monitors check the same slot, for example while a shard moves, the results have
 * one identity and are recorded once. A monitor therefore keeps its shards while the database is unavailable.
 */
import type { Site } from "../../contract/checks/site.ts";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { keepLease } from "../running/keeping-lease.ts";
import type { SiteGroup, SiteSource } from "./site-source.ts";

export interface SiteShards {
  /** Renews the owner's shards and takes free ones, up to a fair share. Throws `UnavailableError`. */
  lease(owner: string, leaseMs: number): Promise<readonly number[]>;
  release(owner: string): Promise<void>;
  /**
   * Returns a version per shard, which changes with every change to a site of the shard. Shards without sites are
   * omitted. Throws `UnavailableError`.
   */
  versionsOf(shards: readonly number[]): Promise<ReadonlyMap<number, string>>;
  /** Returns the enabled sites of these shards. Throws `UnavailableError`. */
  sitesOf(shards: readonly number[]): Promise<readonly Site[]>;
  /** See `SiteSource.onChanged`. */
  onChanged(listener: () => void, signal: AbortSignal): void;
}

export interface SharedSitesOptions {
  readonly shards: SiteShards;
  readonly clock: Clock;
  readonly log: Log;
  /** Identifies this monitor among those of its location. */
  readonly owner: string;
  /** How long after a monitor's crash others take over its sites, at most. */
  readonly leaseMs: number;
}

export class SharedSites implements SiteSource {
  readonly #options: SharedSitesOptions;
  readonly #listeners = new Set<() => void>();
  /** End of the lease of each held shard, on the monotonic clock. */
  readonly #heldUntilMs = new Map<number, number>();
  /** The last read of each shard. */
  readonly #read = new Map<number, { readonly version: string; readonly group: SiteGroup }>();

  constructor(options: SharedSitesOptions) {
    this.#options = options;
  }

  /** Reads shard by shard. Skips a shard whose version has not changed. */
  async *read(): AsyncIterable<SiteGroup> {
    const { shards } = this.#options;
    const held = [...this.#heldUntilMs.keys()];
    for (const shard of this.#read.keys()) if (!this.#heldUntilMs.has(shard)) this.#read.delete(shard);
    if (held.length === 0) return;
    const versions = await shards.versionsOf(held);
    for (const shard of held) {
      const version = versions.get(shard);
      const known = this.#read.get(shard);
      if (version === undefined) {
        this.#read.delete(shard);
      } else if (known?.version === version) {
        yield known.group;
      } else {
        const group = { key: `shard ${shard}`, sites: await shards.sitesOf([shard]) };
        this.#read.set(shard, { version, group });
        yield group;
      }
    }
  }

  onChanged(listener: () => void, signal: AbortSignal): void {
    this.#options.shards.onChanged(listener, signal);
    this.#listeners.add(listener);
    signal.addEventListener("abort", () => this.#listeners.delete(listener), { once: true });
  }

  /** Leases shards until the signal aborts, then releases them. */
  async keep(signal: AbortSignal): Promise<void> {
    const { shards, clock, log, owner, leaseMs } = this.#options;
    const lease = (): Promise<readonly number[]> => shards.lease(owner, leaseMs);
    const onLeased = (leased: readonly number[], untilMs: number): void => this.#hold(leased, untilMs);
    await keepLease({ lease, leaseMs, what: "shards of sites", clock, log, onLeased }, signal);
    await shards.release(owner).catch((error: unknown) => {
      log.warn({ reason: String(error) }, "shards of sites not released; their lease will expire");
    });
  }

  #hold(leased: readonly number[], untilMs: number): void {
    const { clock, log } = this.#options;
    const before = new Set(this.#heldUntilMs.keys());
    for (const shard of leased) this.#heldUntilMs.set(shard, untilMs);
    // A shard that the monitor gives up stays held until its lease ends; only then can another monitor take it.
    for (const [shard, endMs] of this.#heldUntilMs) {
      if (endMs <= clock.monotonicMs()) this.#heldUntilMs.delete(shard);
    }
    const changed =
      before.size !== this.#heldUntilMs.size || [...before].some((shard) => !this.#heldUntilMs.has(shard));
    if (!changed) return;
    log.info({ shards: this.#heldUntilMs.size }, "shards of sites assigned");
    for (const listener of this.#listeners) listener();
  }
}

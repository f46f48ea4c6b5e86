/**
 * The sites of a table, shared by the monitors of one place: sites are hashed to shards, and a monitor checks those of
 * the shards it leases. What two monitors check both, as while a shard changes hands, has one identity and is recorded
 * once; so a monitor goes on with its shards for as long as the database can't be asked.
 */
import type { Site } from "../../contract/site.ts";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { keepLease } from "../running/keeping-lease.ts";
import type { SiteGroup, SiteSource } from "./site-source.ts";

export interface SiteShards {
  /** Renews shards of the owner and takes free ones, up to its fair share. Throws `UnavailableError`. */
  lease(owner: string, leaseMs: number): Promise<readonly number[]>;
  release(owner: string): Promise<void>;
  /**
   * What changes when anything changes in a shard, by shard; one without sites is left out. Throws
   * `UnavailableError`.
   */
  versionsOf(shards: readonly number[]): Promise<ReadonlyMap<number, string>>;
  /** The sites of these shards that are to be checked. Throws `UnavailableError`. */
  sitesOf(shards: readonly number[]): Promise<readonly Site[]>;
  /** As `SiteSource` has it. */
  onChanged(listener: () => void, signal: AbortSignal): void;
}

export interface SharedSitesOptions {
  readonly shards: SiteShards;
  readonly clock: Clock;
  readonly log: Log;
  /** Names this monitor among those of its place. */
  readonly owner: string;
  /** So long after a monitor has died its sites are checked by the others. */
  readonly leaseMs: number;
}

export class SharedSites implements SiteSource {
  readonly #options: SharedSitesOptions;
  readonly #listeners = new Set<() => void>();
  /** Until when each shard is this monitor's, on the monotonic clock. */
  readonly #heldUntilMs = new Map<number, number>();
  /** The sites of each shard as they were read last. */
  readonly #read = new Map<number, { readonly version: string; readonly group: SiteGroup }>();

  constructor(options: SharedSitesOptions) {
    this.#options = options;
  }

  /** Shard by shard; a shard whose version is known is not read again. */
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

  /** Holds shards until the signal aborts, then gives them back. */
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
    // What it has to hand over it keeps until another can have it.
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

/** Keeps what a monitor watches as its source has it: on every hint of a change, and now and then all the same. */
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { retryWhileUnavailable } from "../running/retrying.ts";
import { WakeUp } from "../running/wake-up.ts";
import type { SiteSource } from "./site-source.ts";
import type { WatchedSites } from "./watched-sites.ts";

/** A burst of changes to the sites costs one read; where reading takes long, it takes a third of the time at most. */
const READS_APART_MS = { least: 200, most: 5000 };

export interface SiteReading {
  readonly sites: SiteSource;
  readonly watched: WatchedSites;
  readonly clock: Clock;
  readonly log: Log;
  /** The safety net under change notifications: sites are read again at least this often. */
  readonly rereadSitesMs: number;
  /** Told of what went wrong beyond the source being away; the sites that are known stay watched. */
  readonly onNotRead: (error: unknown) => void;
}

/** Reads until the signal aborts; never rejects. */
export async function keepReadingSites(reading: SiteReading, signal: AbortSignal): Promise<void> {
  const { sites, clock, log, rereadSitesMs, onNotRead } = reading;
  const changed = new WakeUp(clock);
  sites.onChanged(() => changed.wake(), signal);
  while (!signal.aborted) {
    const beganMs = clock.monotonicMs();
    try {
      await retryWhileUnavailable(() => readSites(reading, signal), { what: "sites", log, signal });
      const tookMs = clock.monotonicMs() - beganMs;
      const { least, most } = READS_APART_MS;
      await clock.sleep(Math.min(most, Math.max(least, 2 * tookMs)), signal);
    } catch (error) {
      if (signal.aborted) return;
      onNotRead(error);
    }
    await changed.wait(rereadSitesMs, signal);
  }
}

async function readSites({ sites, watched }: SiteReading, signal: AbortSignal): Promise<void> {
  const keys = new Set<string>();
  for await (const group of sites.read()) {
    signal.throwIfAborted();
    watched.apply(group);
    keys.add(group.key);
  }
  watched.keepOnly(keys);
}

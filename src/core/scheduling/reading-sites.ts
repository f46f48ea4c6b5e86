/** Keeps a monitor's sites up to date: reads them after each change notification, and regularly in any case. */
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { retryWhileUnavailable } from "../running/retrying.ts";
import { WakeUp } from "../running/wake-up.ts";
import type { SiteSource } from "./site-source.ts";
import type { WatchedSites } from "./watched-sites.ts";

/** Pause after a read. A burst of changes causes one read, and slow reads use at most a third of the time. */
const READS_APART_MS = { least: 200, most: 5000 };

export interface SiteReading {
  readonly sites: SiteSource;
  readonly watched: WatchedSites;
  readonly clock: Clock;
  readonly log: Log;
  /** Poll interval, for change notifications that were missed. */
  readonly rereadSitesMs: number;
  /** Called with any error except unavailability. The known sites stay watched. */
  readonly onNotRead: (error: unknown) => void;
}

/** Reads sites until the signal aborts. Never rejects. */
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

/** Tells the database, again and again, which sites outside its table this monitor watches, and at the end that it stops. */
import { messageOf } from "../../contract/errors.ts";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { repeatUntilAborted } from "../running/repeating.ts";
import type { DescribedSites, SiteStore } from "./ports.ts";

/** Another monitor that stops takes the descriptions of shared sites with it for this long, at most. */
const REPEAT_MS = 60_000;

export interface DescribedSitesOptions {
  readonly store: Pick<SiteStore, "describe" | "forget">;
  readonly described: DescribedSites;
  readonly clock: Clock;
  readonly log: Log;
}

/** Runs until the signal aborts. Rejects with any error except unavailability. */
export async function keepSitesDescribed(
  { store, described, clock, log }: DescribedSitesOptions,
  signal: AbortSignal,
): Promise<void> {
  // The monitor describes its sites before it starts.
  await clock.sleep(REPEAT_MS, signal).catch(() => {});
  const describe = async (): Promise<number> => {
    await store.describe(described, { again: true });
    return REPEAT_MS;
  };
  await repeatUntilAborted(describe, { clock, log, what: "descriptions of sites", upkeep: true }, signal);
  await store.forget(described.by).catch((error: unknown) => {
    log.warn({ reason: messageOf(error) }, "sites not marked as no longer watched");
  });
}

/**
 * The incident state of a site that is stored between batches of results. A site with only good results has no stored
 * state, so recording its results costs nothing extra. Its next bad result rebuilds the state from recorded results.
 */
import { z } from "zod";
import { FLAPPING_WINDOW_MS } from "./policy.ts";
import { longestMemoryMs } from "./rounds.ts";
import type { SiteIncidents } from "./site-incidents.ts";

export interface RememberedSite {
  readonly incidents: SiteIncidents;
  /** The newest slot that was not up, milliseconds since the epoch. */
  readonly lastBadMs: number;
}

const instant = z.number();
const observedSlot = z.object({ slotMs: instant, intervalMs: z.number() });
const outcome = z.enum(["up", "degraded", "down", "unobserved"]);

const rememberedSiteSchema = z.object({
  lastBadMs: instant,
  incidents: z.object({
    rounds: z.object({
      decidedThroughMs: instant.nullable(),
      newestMs: instant.nullable(),
      intervalMs: z.number(),
      locations: z.record(z.string(), z.array(instant)),
      pending: z.array(
        z.object({ slotMs: instant, intervalMs: z.number(), outcomes: z.record(z.string(), outcome) }),
      ),
    }),
    site: z.discriminatedUnion("state", [
      z.object({ state: z.literal("ok") }),
      z.object({
        state: z.literal("suspected"),
        streak: z.object({
          sinceMs: instant,
          rounds: z.number(),
          downRounds: z.number(),
          last: observedSlot,
        }),
      }),
      z.object({
        state: z.enum(["open", "acknowledged"]),
        sinceMs: instant,
        severity: z.enum(["degraded", "down"]),
        flapping: z.boolean(),
        downRounds: z.number(),
        good: z.object({ sinceMs: instant, rounds: z.number() }).nullable(),
        last: observedSlot,
      }),
    ]),
    openings: z.array(instant),
  }),
});

/** Parses stored JSON. Throws `ZodError` when it is invalid. */
export function readRememberedSite(stored: unknown): RememberedSite {
  return rememberedSiteSchema.parse(stored);
}

/** Returns false when the state can be rebuilt from the site's recorded results. */
export function isWorthRemembering({ incidents, lastBadMs }: RememberedSite): boolean {
  const { rounds, site, openings } = incidents;
  if (site.state !== "ok" || rounds.newestMs === null) return true;
  const { newestMs } = rounds;
  const isRecentlyBad = lastBadMs > newestMs - longestMemoryMs(rounds.intervalMs);
  const hasOpened = openings.some((openedMs) => openedMs > newestMs - FLAPPING_WINDOW_MS);
  return isRecentlyBad || hasOpened;
}

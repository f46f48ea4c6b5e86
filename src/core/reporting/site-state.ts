/** The state of a site as people see it: what most of its locations saw last. */
import type { SiteState } from "../../contract/api/sites/sites.ts";
import type { Verdict } from "../../contract/checks/check-result.ts";

/** The latest result of one location. */
export interface LastSeen {
  readonly verdict: Verdict;
  /** Milliseconds since the epoch. */
  readonly slotMs: number;
}

/** Without a result for so long, a site is not observed. */
export function notObservedAfterMs(intervalMs: number): number {
  return Math.max(120_000, 3 * intervalMs);
}

/**
 * Returns the state at `nowMs`. Down when most of the locations with a recent result saw it down, degraded when most
 * saw it down or degraded. `waitsSinceMs` is when the site was added or enabled.
 */
export function siteStateOf({
  enabled,
  intervalMs,
  waitsSinceMs,
  lastSeen,
  nowMs,
}: {
  readonly enabled: boolean;
  readonly intervalMs: number;
  readonly waitsSinceMs: number;
  readonly lastSeen: readonly LastSeen[];
  readonly nowMs: number;
}): SiteState {
  if (!enabled) return "paused";
  const oldestMs = nowMs - notObservedAfterMs(intervalMs);
  const recent = lastSeen.filter(({ slotMs }) => slotMs > oldestMs);
  if (recent.length === 0) {
    const hasWaited = waitsSinceMs <= oldestMs;
    return hasWaited || lastSeen.some(({ slotMs }) => slotMs > waitsSinceMs) ? "not observed" : "pending";
  }
  const down = recent.filter(({ verdict }) => verdict === "down").length;
  const notUp = recent.filter(({ verdict }) => verdict !== "up").length;
  if (down * 2 > recent.length) return "down";
  return notUp * 2 > recent.length ? "degraded" : "up";
}

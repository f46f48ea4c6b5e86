/** Where the phases of a check lie on one axis of time: each begins where the one before ended. */

export type WaterfallPhase = "dns" | "connect" | "tls" | "firstByte" | "download";

export interface WaterfallBar {
  readonly name: WaterfallPhase;
  readonly durationMs: number;
  /** Shares of the whole, 0 to 1. */
  readonly start: number;
  readonly width: number;
  readonly detail: string | null;
}

interface TimedPhase {
  readonly name: WaterfallPhase | "request";
  readonly ms: number;
  readonly detail?: string | null;
}

/**
 * Bars in the order the phases ended. `request` has no duration: its detail goes to `firstByte`, which it begins.
 * Phases that repeat (redirects, retries) follow each other.
 */
export function waterfall(phases: readonly TimedPhase[]): readonly WaterfallBar[] {
  const totalMs = phases.reduce((sum, { ms }) => sum + ms, 0);
  const bars: WaterfallBar[] = [];
  let elapsedMs = 0;
  for (const { name, ms, detail } of phases) {
    if (name !== "request") {
      bars.push({
        name,
        durationMs: ms,
        start: totalMs === 0 ? 0 : elapsedMs / totalMs,
        width: totalMs === 0 ? 0 : ms / totalMs,
        detail: detail ?? null,
      });
    }
    elapsedMs += ms;
  }
  return bars;
}

/**
 * Slots: the fixed instants at which a site is due, `k · interval + phase`. They follow from the site alone, so a
 * schedule needs no stored state and every monitor computes the same ones.
 */

export interface Scheduled {
  readonly id: string;
  readonly intervalMs: number;
}

/** The site's offset within its interval, 0 ≤ phase < intervalMs; taken from its UUID, so that load spreads evenly. */
export function phaseOf(site: Scheduled): number {
  // The first twelve hexadecimal digits: 48 bits, an exact integer in a double.
  return Number.parseInt(site.id.slice(0, 8) + site.id.slice(9, 13), 16) % site.intervalMs;
}

/** The latest slot at or before an instant; both in milliseconds since the epoch. */
export function slotAtOrBefore(site: Scheduled, instantMs: number): number {
  const phaseMs = phaseOf(site);
  return Math.floor((instantMs - phaseMs) / site.intervalMs) * site.intervalMs + phaseMs;
}

/** The earliest slot after an instant; both in milliseconds since the epoch. */
export function slotAfter(site: Scheduled, instantMs: number): number {
  return slotAtOrBefore(site, instantMs) + site.intervalMs;
}

export interface NextSlot {
  /** Milliseconds since the epoch; not always in the future. */
  readonly slotMs: number;
  /** Slots between the last one and this one, which nobody can check any more. */
  readonly missed: number;
}

/**
 * The slot that follows one: the next, or the running one where further slots have passed since. A slot can be
 * checked until the next one begins.
 */
export function slotFollowing(site: Scheduled, lastSlotMs: number, nowMs: number): NextSlot {
  const nextMs = slotAfter(site, lastSlotMs);
  const runningMs = slotAtOrBefore(site, nowMs);
  if (runningMs <= nextMs) return { slotMs: nextMs, missed: 0 };
  return { slotMs: runningMs, missed: Math.round((runningMs - nextMs) / site.intervalMs) };
}

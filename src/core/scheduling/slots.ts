/**
 * Slots are the fixed instants at which a site is due: `k · interval + phase`. They depend only on the site, so a schedule
 * needs no stored state and every monitor computes the same slots.
 */

export interface Scheduled {
  readonly id: string;
  readonly intervalMs: number;
}

/** The site's offset within its interval, 0 ≤ phase < intervalMs. Derived from its UUID, which spreads load evenly. */
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
  /** Slots between the last one and this one, which can no longer be checked. */
  readonly missed: number;
}

/**
 * Returns the slot to check after `lastSlotMs`: the next one, or the current one if further slots have begun. A slot can
 * be checked until the next one begins.
 */
export function slotFollowing(site: Scheduled, lastSlotMs: number, nowMs: number): NextSlot {
  const nextMs = slotAfter(site, lastSlotMs);
  const runningMs = slotAtOrBefore(site, nowMs);
  if (runningMs <= nextMs) return { slotMs: nextMs, missed: 0 };
  return { slotMs: runningMs, missed: Math.round((runningMs - nextMs) / site.intervalMs) };
}

/**
 * Slots: the fixed instants at which a site is due, `k · interval + phase`. They follow from the site alone, so a
 * schedule needs no stored state and every monitor computes the same ones.
 */

interface Scheduled {
  readonly id: string;
  readonly intervalMs: number;
}

/** Twelve hexadecimal digits are 48 bits, an exact integer in a double. */
const PHASE_DIGITS = 12;

/** The site's offset within its interval, 0 ≤ phase < intervalMs; taken from its UUID, so that load spreads evenly. */
export function phaseOf(site: Scheduled): number {
  return Number.parseInt(site.id.replaceAll("-", "").slice(0, PHASE_DIGITS), 16) % site.intervalMs;
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

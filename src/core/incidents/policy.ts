/** The rules for opening and resolving incidents. */

/** How many of the locations that observed a slot must agree. A number is capped at the number of locations. */
export type Quorum = "any" | "majority" | "all" | number;

export interface IncidentPolicy {
  /** Consecutive failed slots before an incident opens. */
  readonly openAfterSlots: number;
  /** Consecutive good slots before an incident resolves. */
  readonly resolveAfterSlots: number;
  readonly quorum: Quorum;
  /** A site that would open more incidents than this within `FLAPPING_WINDOW_MS` is flapping. */
  readonly openingsBeforeFlapping: number;
}

export const DEFAULT_INCIDENT_POLICY: IncidentPolicy = {
  openAfterSlots: 2,
  resolveAfterSlots: 2,
  quorum: "majority",
  openingsBeforeFlapping: 3,
};

export const FLAPPING_WINDOW_MS = 3_600_000;

/** How long a flapping site must be up before its incident resolves. The delay limits incidents per hour. */
export function flappingQuietMs({ openingsBeforeFlapping }: IncidentPolicy): number {
  return FLAPPING_WINDOW_MS / openingsBeforeFlapping;
}

const SHORTEST_LATENESS_MS = 5000;
const LATENESS_INTERVALS = 2;
/** A site that is checked hourly is not kept waiting for hours when one location does not report. */
const LONGEST_LATENESS_MS = 600_000;

/**
 * How late a result may arrive and still count: the largest difference between its slot and the newest slot that has
 * arrived for the site.
 */
export function allowedLatenessMs(intervalMs: number): number {
  return Math.min(LONGEST_LATENESS_MS, Math.max(SHORTEST_LATENESS_MS, LATENESS_INTERVALS * intervalMs));
}

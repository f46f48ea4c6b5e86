/** When a site's failures become an incident, and when the incident ends. */

/** How many of the locations that observed a slot must agree. A number is capped at the locations there are. */
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

/** How long a flapping site must be good before its incident resolves: then it cannot open too many an hour. */
export function flappingQuietMs({ openingsBeforeFlapping }: IncidentPolicy): number {
  return FLAPPING_WINDOW_MS / openingsBeforeFlapping;
}

const SHORTEST_LATENESS_MS = 5000;
const LATENESS_INTERVALS = 2;

/**
 * How late a result may come and still count: measured in slots, as the distance to the newest slot of the site that
 * came before it.
 */
export function allowedLatenessMs(intervalMs: number): number {
  return Math.max(SHORTEST_LATENESS_MS, LATENESS_INTERVALS * intervalMs);
}

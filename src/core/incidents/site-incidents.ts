/** Turns one site's observations into incidents: first into rounds (rounds.ts), then into states (state-machine.ts). */
import type { IncidentPolicy } from "./policy.ts";
import {
  acceptObservation,
  type DecidedRound,
  NO_ROUNDS,
  type Observation,
  type RoundsState,
} from "./rounds.ts";
import { type RecentOpenings, type SiteState, step, type Transition } from "./state-machine.ts";

/** Plain data, stored as JSON between results. */
export interface SiteIncidents {
  readonly rounds: RoundsState;
  readonly site: SiteState;
  readonly openings: RecentOpenings;
}

export const NO_INCIDENTS: SiteIncidents = { rounds: NO_ROUNDS, site: { state: "ok" }, openings: [] };

/** A transition with the round that caused it. */
export interface CausedTransition {
  readonly transition: Transition;
  readonly round: DecidedRound;
}

/**
 * Applies one observation, in order of arrival. A duplicate or late observation changes nothing.
 * `expected`: the locations that may report on the site in its first slots.
 */
export function observe(
  before: SiteIncidents,
  observation: Observation,
  policy: IncidentPolicy,
  expected: readonly string[] = [],
): { readonly after: SiteIncidents; readonly transitions: readonly CausedTransition[] } {
  const { state: rounds, decided } = acceptObservation(before.rounds, observation, {
    quorum: policy.quorum,
    expected,
  });
  const transitions: CausedTransition[] = [];
  let { site, openings } = before;
  for (const round of decided) {
    const next = step(site, openings, round, policy);
    ({ site, openings } = next);
    if (next.transition !== null) transitions.push({ transition: next.transition, round });
  }
  return { after: { rounds, site, openings }, transitions };
}

/** Acknowledges the open incident on behalf of a person. Returns null when there is none. */
export function acknowledge(before: SiteIncidents): SiteIncidents | null {
  if (before.site.state !== "open") return null;
  return { ...before, site: { ...before.site, state: "acknowledged" } };
}

/** Resolves the incident on behalf of a person. Returns null when there is none. Further failures open a new one. */
export function resolve(before: SiteIncidents): SiteIncidents | null {
  if (before.site.state !== "open" && before.site.state !== "acknowledged") return null;
  return { ...before, site: { state: "ok" } };
}

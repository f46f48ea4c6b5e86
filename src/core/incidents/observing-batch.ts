/** Applies one site's part of a batch of results: returns the state to store and the transitions. */
import type { IncidentPolicy } from "./policy.ts";
import type { RememberedSite } from "./remembering.ts";
import type { Observation } from "./rounds.ts";
import { type CausedTransition, NO_INCIDENTS, observe } from "./site-incidents.ts";

export interface SiteBatch {
  /** Stored state; null for a site that was up. */
  readonly remembered: RememberedSite | null;
  /** Observations recorded before the batch; used only when there is no stored state. */
  readonly earlier: readonly Observation[];
  /** Observations of this batch, in order of arrival. */
  readonly fresh: readonly Observation[];
  readonly policy: IncidentPolicy;
  /** Locations that may report on the site in its first slots. */
  readonly expected: readonly string[];
}

/** Pure. Returns the site's state after the batch and the transitions, in order. */
export function observeBatch({ remembered, earlier, fresh, policy, expected }: SiteBatch): {
  readonly remembered: RememberedSite;
  readonly transitions: readonly CausedTransition[];
} {
  const transitions: CausedTransition[] = [];
  let incidents = remembered?.incidents ?? NO_INCIDENTS;
  let lastBadMs = remembered?.lastBadMs ?? Number.NEGATIVE_INFINITY;
  if (remembered === null) {
    // The earlier observations opened no incident: otherwise there would be stored state.
    for (const observation of bySlot(earlier))
      incidents = observe(incidents, observation, policy, expected).after;
  }
  for (const observation of fresh) {
    const { after, transitions: caused } = observe(incidents, observation, policy, expected);
    incidents = after;
    transitions.push(...caused);
    if (observation.outcome !== "up") lastBadMs = Math.max(lastBadMs, observation.slotMs);
  }
  return { remembered: { incidents, lastBadMs }, transitions };
}

function bySlot(observations: readonly Observation[]): readonly Observation[] {
  return [...observations].sort((a, b) => a.slotMs - b.slotMs);
}

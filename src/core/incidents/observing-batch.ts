/** One site's part of a batch of results: what it remembers afterwards, and the transitions the batch caused. */
import type { IncidentPolicy } from "./policy.ts";
import type { RememberedSite } from "./remembering.ts";
import type { Observation } from "./rounds.ts";
import { type CausedTransition, NO_INCIDENTS, observe } from "./site-incidents.ts";

export interface SiteBatch {
  /** Null for a site that was plainly up. */
  readonly remembered: RememberedSite | null;
  /** Recorded before the batch; read only where nothing is remembered. */
  readonly earlier: readonly Observation[];
  /** New with the batch, in the order of arrival. */
  readonly fresh: readonly Observation[];
  readonly policy: IncidentPolicy;
}

export function observeBatch({ remembered, earlier, fresh, policy }: SiteBatch): {
  readonly remembered: RememberedSite;
  readonly transitions: readonly CausedTransition[];
} {
  const transitions: CausedTransition[] = [];
  let incidents = remembered?.incidents ?? NO_INCIDENTS;
  let lastBadMs = remembered?.lastBadMs ?? Number.NEGATIVE_INFINITY;
  if (remembered === null) {
    // What was recorded before opened nothing, or the site would be remembered.
    for (const observation of bySlot(earlier)) incidents = observe(incidents, observation, policy).after;
  }
  for (const observation of fresh) {
    const { after, transitions: caused } = observe(incidents, observation, policy);
    incidents = after;
    transitions.push(...caused);
    if (observation.outcome !== "up") lastBadMs = Math.max(lastBadMs, observation.slotMs);
  }
  return { remembered: { incidents, lastBadMs }, transitions };
}

function bySlot(observations: readonly Observation[]): readonly Observation[] {
  return [...observations].sort((a, b) => a.slotMs - b.slotMs);
}

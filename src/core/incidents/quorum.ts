/** Combines the outcomes of all locations for one slot. */
import type { Quorum } from "./policy.ts";

/** One location's outcome. `unobserved`: it reported, but could not check the site (its own uplink was down). */
export type Outcome = "up" | "degraded" | "down" | "unobserved";

/**
 * Returns `down` when a quorum reports down, `degraded` when a quorum reports degraded or down, and `up` otherwise.
 * Unobserved outcomes do not count. Without any observed outcome the result is `unobserved`.
 */
export function outcomeOf(outcomes: readonly Outcome[], quorum: Quorum): Outcome {
  const observed = outcomes.filter((outcome) => outcome !== "unobserved");
  if (observed.length === 0) return "unobserved";
  const needed = neededOf(observed.length, quorum);
  const down = observed.filter((outcome) => outcome === "down").length;
  if (down >= needed) return "down";
  const degraded = observed.filter((outcome) => outcome === "degraded").length;
  return down + degraded >= needed ? "degraded" : "up";
}

/** Returns the outcome if the missing locations cannot change it, otherwise null. */
export function certainOutcome(
  outcomes: readonly Outcome[],
  missing: number,
  quorum: Quorum,
): Outcome | null {
  const extremes: readonly Outcome[] = ["unobserved", "up", "degraded", "down"];
  const possible = extremes.map((assumed) =>
    outcomeOf([...outcomes, ...Array.from({ length: missing }, () => assumed)], quorum),
  );
  const [first] = possible;
  return first !== undefined && possible.every((outcome) => outcome === first) ? first : null;
}

function neededOf(observed: number, quorum: Quorum): number {
  switch (quorum) {
    case "any":
      return 1;
    case "majority":
      return Math.floor(observed / 2) + 1;
    case "all":
      return observed;
    default:
      return Math.min(Math.max(1, quorum), observed);
  }
}

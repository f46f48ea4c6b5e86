/**
 * The states of a site and their transitions. A round is the set of all locations' outcomes in one slot (rounds.ts).
 *
 * | state        | round      | condition                              | next         | transition |
 * |--------------|------------|----------------------------------------|--------------|------------|
 * | ok           | bad        | openAfterSlots = 1                     | open         | opened     |
 * | ok           | bad        | otherwise                              | suspected    | -          |
 * | suspected    | bad        | openAfterSlots consecutive bad rounds  | open         | opened     |
 * | suspected    | bad        | otherwise                              | suspected    | -          |
 * | suspected    | up         | -                                      | ok           | -          |
 * | suspected    | bad        | many slots unobserved since the last   | as from ok   | as from ok |
 * | open         | down       | severity degraded, openAfterSlots downs| open         | worsened   |
 * | acknowledged | down       | severity degraded, openAfterSlots downs| acknowledged | worsened   |
 * | open, ack.   | up         | resolveAfterSlots consecutive ups, and | ok           | resolved   |
 * |              |            | quiet long enough where flapping       |              |            |
 * | open, ack.   | bad        | otherwise                              | same         | -          |
 * | open         | (a person) | acknowledges                           | acknowledged | by caller  |
 * | open, ack.   | (a person) | resolves                               | ok           | by caller  |
 * | any          | unobserved | -                                      | same         | -          |
 *
 * bad = degraded or down. `opened` has the severity down when the last openAfterSlots rounds were all down.
 * When a site opens more than `openingsBeforeFlapping` incidents within an hour, the last one is marked as flapping. It
 * stays open until the site has been up for `flappingQuietMs`.
 */
import type { Severity } from "../../contract/alerting/incident-event.ts";
import { FLAPPING_WINDOW_MS, flappingQuietMs, type IncidentPolicy } from "./policy.ts";
import type { DecidedRound } from "./rounds.ts";

interface Streak {
  /** The slot of its first round, milliseconds since the epoch. */
  readonly sinceMs: number;
  readonly rounds: number;
  /** Consecutive down rounds at the end of the streak. */
  readonly downRounds: number;
  readonly lastMs: number;
}

interface OpenIncident {
  readonly state: "open" | "acknowledged";
  /** The first failed slot; it identifies the incident together with the site. */
  readonly sinceMs: number;
  readonly severity: Severity;
  readonly flapping: boolean;
  /** Consecutive down rounds; enough of them raise the severity. */
  readonly downRounds: number;
  readonly good: { readonly sinceMs: number; readonly rounds: number } | null;
}

/** Plain data, stored as JSON between results. */
export type SiteState =
  | { readonly state: "ok" }
  | { readonly state: "suspected"; readonly streak: Streak }
  | OpenIncident;

/** The slots at which incidents opened within the last hour, oldest first. */
export type RecentOpenings = readonly number[];

export type Transition =
  | {
      readonly kind: "opened";
      readonly sinceMs: number;
      /** The slot that confirmed the incident. */
      readonly slotMs: number;
      readonly severity: Severity;
      readonly flapping: boolean;
    }
  | { readonly kind: "worsened"; readonly sinceMs: number; readonly slotMs: number }
  | {
      readonly kind: "resolved";
      readonly sinceMs: number;
      /** The first good slot. */
      readonly goodSinceMs: number;
      readonly slotMs: number;
    };

export interface Step {
  readonly site: SiteState;
  readonly openings: RecentOpenings;
  readonly transition: Transition | null;
}

/** After a gap longer than this many slots, earlier failures no longer count as consecutive. */
const LONGEST_GAP_SLOTS = 5;

/** Applies one round to a site's state. Call it in the order of the rounds' slots. */
export function step(
  site: SiteState,
  openings: RecentOpenings,
  round: DecidedRound,
  policy: IncidentPolicy,
): Step {
  if (round.outcome === "unobserved") return { site, openings, transition: null };
  switch (site.state) {
    case "ok":
      if (round.outcome === "up") return { site, openings, transition: null };
      return suspect(streakOf(round), openings, round, policy);
    case "suspected": {
      if (round.outcome === "up") return { site: { state: "ok" }, openings, transition: null };
      const isBroken = round.slotMs - site.streak.lastMs > LONGEST_GAP_SLOTS * round.intervalMs;
      return suspect(isBroken ? streakOf(round) : longer(site.streak, round), openings, round, policy);
    }
    case "open":
    case "acknowledged":
      return round.outcome === "up"
        ? recover(site, openings, round, policy)
        : persist(site, openings, round, policy);
    default:
      return site satisfies never;
  }
}

function streakOf({ slotMs, outcome }: DecidedRound): Streak {
  return { sinceMs: slotMs, rounds: 1, downRounds: outcome === "down" ? 1 : 0, lastMs: slotMs };
}

function longer(streak: Streak, { slotMs, outcome }: DecidedRound): Streak {
  const downRounds = outcome === "down" ? streak.downRounds + 1 : 0;
  return { sinceMs: streak.sinceMs, rounds: streak.rounds + 1, downRounds, lastMs: slotMs };
}

function suspect(
  streak: Streak,
  openings: RecentOpenings,
  { slotMs }: DecidedRound,
  policy: IncidentPolicy,
): Step {
  if (streak.rounds < policy.openAfterSlots) {
    return { site: { state: "suspected", streak }, openings, transition: null };
  }
  const { sinceMs, downRounds } = streak;
  const severity = downRounds >= policy.openAfterSlots ? "down" : "degraded";
  const recent = [...openings.filter((openedMs) => openedMs > slotMs - FLAPPING_WINDOW_MS), slotMs];
  const flapping = recent.length > policy.openingsBeforeFlapping;
  return {
    site: { state: "open", sinceMs, severity, flapping, downRounds, good: null },
    openings: recent,
    transition: { kind: "opened", sinceMs, slotMs, severity, flapping },
  };
}

function persist(
  site: OpenIncident,
  openings: RecentOpenings,
  { slotMs, outcome }: DecidedRound,
  policy: IncidentPolicy,
): Step {
  const downRounds = outcome === "down" ? site.downRounds + 1 : 0;
  const worsened = site.severity === "degraded" && downRounds >= policy.openAfterSlots;
  return {
    site: { ...site, downRounds, good: null, severity: worsened ? "down" : site.severity },
    openings,
    transition: worsened ? { kind: "worsened", sinceMs: site.sinceMs, slotMs } : null,
  };
}

function recover(
  site: OpenIncident,
  openings: RecentOpenings,
  { slotMs }: DecidedRound,
  policy: IncidentPolicy,
): Step {
  const good = { sinceMs: site.good?.sinceMs ?? slotMs, rounds: (site.good?.rounds ?? 0) + 1 };
  const isQuiet = !site.flapping || slotMs - good.sinceMs >= flappingQuietMs(policy);
  if (good.rounds < policy.resolveAfterSlots || !isQuiet) {
    return { site: { ...site, downRounds: 0, good }, openings, transition: null };
  }
  const { sinceMs } = site;
  return {
    site: { state: "ok" },
    openings,
    transition: { kind: "resolved", sinceMs, goodSinceMs: good.sinceMs, slotMs },
  };
}

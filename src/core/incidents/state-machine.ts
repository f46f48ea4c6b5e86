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
 * | suspected    | bad        | over LONGEST_GAP_SLOTS not observed    | as from ok   | as from ok |
 * | open         | down       | severity degraded, openAfterSlots downs| open         | worsened   |
 * | acknowledged | down       | severity degraded, openAfterSlots downs| acknowledged | worsened   |
 * | open, ack.   | up         | resolveAfterSlots consecutive ups, and | ok           | resolved   |
 * |              |            | quiet long enough where flapping       |              |            |
 * | open, ack.   | bad        | otherwise                              | same         | -          |
 * | open         | (a person) | acknowledges                           | acknowledged | by caller  |
 * | open, ack.   | (a person) | resolves                               | ok           | by caller  |
 * | any          | unobserved | -                                      | same         | -          |
 *
 * bad = degraded or down. Consecutive rounds may have up to LONGEST_GAP_SLOTS unobserved slots between them. After a longer
 * gap the counts of consecutive bad, down and good rounds start again. `opened` has the severity down when the last
 * openAfterSlots rounds were all down.
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
  readonly last: ObservedSlot;
}

/** The slot of the last round that somebody observed. */
interface ObservedSlot {
  readonly slotMs: number;
  readonly intervalMs: number;
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
  readonly last: ObservedSlot;
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

/** After a gap of more slots than this, what was seen before and what is seen after it are not consecutive. */
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
      const { streak } = site;
      const continued = isAfterLongGap(streak.last, round) ? streakOf(round) : longer(streak, round);
      return suspect(continued, openings, round, policy);
    }
    case "open":
    case "acknowledged": {
      const before = isAfterLongGap(site.last, round) ? { ...site, downRounds: 0, good: null } : site;
      return round.outcome === "up"
        ? recover(before, openings, round, policy)
        : persist(before, openings, round, policy);
    }
    default:
      return site satisfies never;
  }
}

/** When the interval was edited in between, the longer one tells how many slots were missed at least. */
function isAfterLongGap(last: ObservedSlot, { slotMs, intervalMs }: DecidedRound): boolean {
  const slotsApart = (slotMs - last.slotMs) / Math.max(last.intervalMs, intervalMs);
  return slotsApart > LONGEST_GAP_SLOTS + 1;
}

function observedSlot({ slotMs, intervalMs }: DecidedRound): ObservedSlot {
  return { slotMs, intervalMs };
}

function streakOf(round: DecidedRound): Streak {
  const { slotMs, outcome } = round;
  return { sinceMs: slotMs, rounds: 1, downRounds: outcome === "down" ? 1 : 0, last: observedSlot(round) };
}

function longer(streak: Streak, round: DecidedRound): Streak {
  const downRounds = round.outcome === "down" ? streak.downRounds + 1 : 0;
  return { sinceMs: streak.sinceMs, rounds: streak.rounds + 1, downRounds, last: observedSlot(round) };
}

function suspect(
  streak: Streak,
  openings: RecentOpenings,
  round: DecidedRound,
  policy: IncidentPolicy,
): Step {
  const { slotMs } = round;
  if (streak.rounds < policy.openAfterSlots) {
    return { site: { state: "suspected", streak }, openings, transition: null };
  }
  const { sinceMs, downRounds } = streak;
  const severity = downRounds >= policy.openAfterSlots ? "down" : "degraded";
  const recent = [...openings.filter((openedMs) => openedMs > slotMs - FLAPPING_WINDOW_MS), slotMs];
  const flapping = recent.length > policy.openingsBeforeFlapping;
  return {
    site: { state: "open", sinceMs, severity, flapping, downRounds, good: null, last: observedSlot(round) },
    openings: recent,
    transition: { kind: "opened", sinceMs, slotMs, severity, flapping },
  };
}

function persist(
  site: OpenIncident,
  openings: RecentOpenings,
  round: DecidedRound,
  policy: IncidentPolicy,
): Step {
  const { slotMs, outcome } = round;
  const downRounds = outcome === "down" ? site.downRounds + 1 : 0;
  const worsened = site.severity === "degraded" && downRounds >= policy.openAfterSlots;
  return {
    site: {
      ...site,
      downRounds,
      good: null,
      severity: worsened ? "down" : site.severity,
      last: observedSlot(round),
    },
    openings,
    transition: worsened ? { kind: "worsened", sinceMs: site.sinceMs, slotMs } : null,
  };
}

function recover(
  site: OpenIncident,
  openings: RecentOpenings,
  round: DecidedRound,
  policy: IncidentPolicy,
): Step {
  const { slotMs } = round;
  const good = { sinceMs: site.good?.sinceMs ?? slotMs, rounds: (site.good?.rounds ?? 0) + 1 };
  const isQuiet = !site.flapping || slotMs - good.sinceMs >= flappingQuietMs(policy);
  if (good.rounds < policy.resolveAfterSlots || !isQuiet) {
    const last = observedSlot(round);
    return { site: { ...site, downRounds: 0, good, last }, openings, transition: null };
  }
  const { sinceMs } = site;
  return {
    site: { state: "ok" },
    openings,
    transition: { kind: "resolved", sinceMs, goodSinceMs: good.sinceMs, slotMs },
  };
}

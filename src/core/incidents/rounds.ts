/**
 * A round is the set of all locations' outcomes for a site in one slot. Rounds are decided in the order of their slots.
 *
 * Results of one site arrive nearly in order; those of several locations interleave. A round is decided as soon as
 *   - the round before it is decided or its results can no longer count, and
 *   - every member has reported, or the missing ones cannot change the outcome, or their results can no longer count.
 * A result counts until a result with a slot `allowedLatenessMs` newer has arrived. Decisions, and therefore incidents,
 * depend only on which results arrived within the allowed lateness, not on their order.
 *
 * A location is a member of a round when it has a result in one of the preceding slots whose results are complete, that
 * is, which are older than the allowed lateness. A new location therefore counts after the allowed lateness, whatever
 * the order of its first results. A new site, or one after a long gap, has no members: then every reporting location
 * counts, and every location that is expected to report.
 */
import { allowedLatenessMs, type Quorum } from "./policy.ts";
import { certainOutcome, type Outcome, outcomeOf } from "./quorum.ts";

/** One location's outcome for one slot. Instants are milliseconds since the epoch. */
export interface Observation {
  readonly slotMs: number;
  readonly location: string;
  readonly outcome: Outcome;
  readonly intervalMs: number;
}

export interface DecidedRound {
  readonly slotMs: number;
  readonly outcome: Outcome;
  readonly intervalMs: number;
  /** The outcomes of all locations, including those that are not members. */
  readonly outcomes: Readonly<Record<string, Outcome>>;
}

/** The slots for which a location has reported, as far back as membership requires. */
type SeenSlots = readonly number[];

interface PendingRound {
  readonly slotMs: number;
  readonly outcomes: Readonly<Record<string, Outcome>>;
}

/** Plain data, stored as JSON between results. */
export interface RoundsState {
  readonly decidedThroughMs: number | null;
  /** The earliest slot that has arrived. */
  readonly firstMs: number | null;
  readonly newestMs: number | null;
  readonly intervalMs: number;
  readonly locations: Readonly<Record<string, SeenSlots>>;
  /** Undecided rounds, oldest first; they span at most the allowed lateness. */
  readonly pending: readonly PendingRound[];
}

export const NO_ROUNDS: RoundsState = {
  decidedThroughMs: null,
  firstMs: null,
  newestMs: null,
  intervalMs: 0,
  locations: {},
  pending: [],
};

export interface RoundRules {
  readonly quorum: Quorum;
  /** Locations that may report on a site in its first slots. */
  readonly expected: readonly string[];
}

/** A member has reported for at least one of the slots in this many intervals. */
const MEMBER_INTERVALS = 2.5;

/** Applies one observation and returns the rounds that it decides, oldest first. A late observation decides nothing. */
export function acceptObservation(
  state: RoundsState,
  observation: Observation,
  { quorum, expected }: RoundRules,
): { readonly state: RoundsState; readonly decided: readonly DecidedRound[] } {
  const { slotMs, intervalMs } = observation;
  const lateMs = allowedLatenessMs(intervalMs);
  const tooLate =
    (state.decidedThroughMs !== null && slotMs <= state.decidedThroughMs) ||
    (state.newestMs !== null && slotMs + lateMs <= state.newestMs);
  const newestMs = Math.max(state.newestMs ?? slotMs, slotMs);
  const seen: RoundsState = {
    ...state,
    intervalMs,
    firstMs: Math.min(state.firstMs ?? slotMs, slotMs),
    newestMs,
    locations: withSlot(state.locations, observation),
  };
  const added = tooLate ? seen : { ...seen, pending: withObservation(state.pending, observation) };
  const { state: after, decided } = decideRounds(added, { quorum, expected });
  return { state: withoutOldSlots(after), decided };
}

function memberMs(intervalMs: number): number {
  return allowedLatenessMs(intervalMs) + MEMBER_INTERVALS * intervalMs;
}

/** How far before a site's newest slot its results can still affect its rounds, milliseconds. */
export function longestMemoryMs(intervalMs: number): number {
  return memberMs(intervalMs) + allowedLatenessMs(intervalMs);
}

function withSlot(
  locations: Readonly<Record<string, SeenSlots>>,
  { location, slotMs }: Observation,
): Readonly<Record<string, SeenSlots>> {
  const seen = locations[location] ?? [];
  return seen.includes(slotMs) ? locations : { ...locations, [location]: [...seen, slotMs] };
}

/** Drops the slots that no future round needs. */
function withoutOldSlots(state: RoundsState): RoundsState {
  const { pending, newestMs, intervalMs } = state;
  const oldestRoundMs = Math.min(
    pending[0]?.slotMs ?? Number.POSITIVE_INFINITY,
    (newestMs ?? 0) - allowedLatenessMs(intervalMs),
  );
  const oldestMs = oldestRoundMs - memberMs(intervalMs);
  const kept = Object.entries(state.locations).map(
    ([location, seen]) => [location, seen.filter((slotMs) => slotMs >= oldestMs)] as const,
  );
  return { ...state, locations: Object.fromEntries(kept.filter(([, seen]) => seen.length > 0)) };
}

function withObservation(
  pending: readonly PendingRound[],
  { slotMs, location, outcome }: Observation,
): readonly PendingRound[] {
  const round = pending.find((each) => each.slotMs === slotMs) ?? { slotMs, outcomes: {} };
  if (Object.hasOwn(round.outcomes, location)) return pending;
  const changed = { slotMs, outcomes: { ...round.outcomes, [location]: outcome } };
  const others = pending.filter((each) => each.slotMs !== slotMs);
  return [...others, changed].sort((a, b) => a.slotMs - b.slotMs);
}

function decideRounds(
  state: RoundsState,
  rules: RoundRules,
): { readonly state: RoundsState; readonly decided: readonly DecidedRound[] } {
  const decided: DecidedRound[] = [];
  const { intervalMs } = state;
  let { decidedThroughMs } = state;
  for (const round of state.pending) {
    const outcome = decidedOutcome(round, { ...state, decidedThroughMs }, rules);
    if (outcome === null) break;
    decided.push({ slotMs: round.slotMs, outcome, intervalMs, outcomes: round.outcomes });
    decidedThroughMs = round.slotMs;
  }
  return { state: { ...state, decidedThroughMs, pending: state.pending.slice(decided.length) }, decided };
}

/** Returns null when the round must wait. */
function decidedOutcome(
  round: PendingRound,
  state: RoundsState,
  { quorum, expected }: RoundRules,
): Outcome | null {
  const { decidedThroughMs, firstMs, newestMs, intervalMs } = state;
  const lateMs = allowedLatenessMs(intervalMs);
  const established = establishedLocations(round.slotMs, state);
  const members =
    established.length > 0 ? established : [...new Set([...Object.keys(state.locations), ...expected])];
  const reported = members.flatMap((location) => round.outcomes[location] ?? []);
  if (newestMs !== null && newestMs >= round.slotMs + lateMs) return outcomeOf(reported, quorum);
  if (decidedThroughMs !== null && round.slotMs - decidedThroughMs > intervalMs) return null;
  const isNewSite = firstMs !== null && round.slotMs < firstMs + lateMs;
  if (established.length === 0 && !isNewSite) return null;
  const missing = members.length - reported.length;
  return missing === 0 ? outcomeOf(reported, quorum) : certainOutcome(reported, missing, quorum);
}

function establishedLocations(slotMs: number, { locations, intervalMs }: RoundsState): readonly string[] {
  const fromMs = slotMs - memberMs(intervalMs);
  const toMs = slotMs - allowedLatenessMs(intervalMs);
  const all = Object.entries(locations);
  return all
    .filter(([, seen]) => seen.some((each) => each >= fromMs && each <= toMs))
    .map(([location]) => location);
}

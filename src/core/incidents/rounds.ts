/**
 * Rounds: what all locations saw of a site in one slot, put in the order of the slots.
 *
 * Results of one site come nearly in order; those of several locations interleave. A round is decided as soon as
 *   - the round before it is decided or its results can no longer count, and
 *   - every member has reported, or the missing ones cannot change the outcome, or their results can no longer count.
 * A result counts until a result of a slot `allowedLatenessMs` newer has come. So the decisions, and with them the
 * incidents, depend on what came within the allowed lateness and not on its order.
 *
 * Members of a round are the locations with a result in the few slots before it, of those slots of which every result
 * that counts has come. So a location that appears counts after the allowed lateness, whatever the order of its first
 * results. Until then, in the life of a site as after a long gap, all that report count.
 */
import { allowedLatenessMs, type Quorum } from "./policy.ts";
import { certainOutcome, type Outcome, outcomeOf } from "./quorum.ts";

/** One location's view of one slot. Instants are milliseconds since the epoch. */
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
  /** Every location's view, members or not. */
  readonly outcomes: Readonly<Record<string, Outcome>>;
}

/** The slots of which a location's results came, as far back as membership asks. */
type SeenSlots = readonly number[];

interface PendingRound {
  readonly slotMs: number;
  readonly outcomes: Readonly<Record<string, Outcome>>;
}

/** Plain data, stored as JSON between results. */
export interface RoundsState {
  readonly decidedThroughMs: number | null;
  /** The first slot ever seen. */
  readonly firstMs: number | null;
  readonly newestMs: number | null;
  readonly intervalMs: number;
  readonly locations: Readonly<Record<string, SeenSlots>>;
  /** Oldest first; spans no more than the allowed lateness. */
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

/** Two slots of three that a member must not have missed all. */
const MEMBER_INTERVALS = 2.5;

/** Takes one observation; returns the rounds that it decides, oldest first. One that comes too late decides nothing. */
export function acceptObservation(
  state: RoundsState,
  observation: Observation,
  quorum: Quorum,
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
  const { state: after, decided } = decideRounds(added, quorum);
  return { state: withoutOldSlots(after), decided };
}

function memberMs(intervalMs: number): number {
  return allowedLatenessMs(intervalMs) + MEMBER_INTERVALS * intervalMs;
}

/** How far back of its newest slot the results of a site bear on its rounds. */
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

/** Forgets the slots that no round to come asks for. */
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
  quorum: Quorum,
): { readonly state: RoundsState; readonly decided: readonly DecidedRound[] } {
  const decided: DecidedRound[] = [];
  const { intervalMs } = state;
  let { decidedThroughMs } = state;
  for (const round of state.pending) {
    const outcome = decidedOutcome(round, { ...state, decidedThroughMs }, quorum);
    if (outcome === null) break;
    decided.push({ slotMs: round.slotMs, outcome, intervalMs, outcomes: round.outcomes });
    decidedThroughMs = round.slotMs;
  }
  return { state: { ...state, decidedThroughMs, pending: state.pending.slice(decided.length) }, decided };
}

/** Null where the round has to wait. */
function decidedOutcome(round: PendingRound, state: RoundsState, quorum: Quorum): Outcome | null {
  const { decidedThroughMs, firstMs, newestMs, intervalMs } = state;
  const lateMs = allowedLatenessMs(intervalMs);
  const established = establishedLocations(round.slotMs, state);
  const members = established.length > 0 ? established : Object.keys(state.locations);
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

/**
 * A round is the set of all locations' outcomes for a site in one slot. Rounds are decided in the order of their slots.
 *
 * Results of one site arrive nearly in order; those of several locations interleave. A round is decided as soon as
 *   - the rounds before it are decided, and results of slots in between can no longer count, and
 *   - every member has reported, or the missing ones cannot change the outcome, or their results can no longer count.
 * A result counts until a result with a slot `allowedLatenessMs` newer has arrived. Decisions, and therefore incidents,
 * depend only on which results arrived within the allowed lateness, not on their order.
 *
 * A location is a member of a round when it has a result in one of the preceding slots whose results are complete, that
 * is, which are older than the allowed lateness. When all members have reported, the round does not wait for others: a
 * location that is new to the site has no say in its first slots, whatever the order of its results. When the round has
 * waited for as long as results count, every location that reported has a say.
 *
 * After a long gap a site has no members: then the locations from before the gap are waited for. So are, in a site's first
 * slots, all locations that are expected to report.
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
  /** The shortest interval of its results: an edit changes it between two slots. */
  readonly intervalMs: number;
  readonly outcomes: Readonly<Record<string, Outcome>>;
}

/** Plain data, stored as JSON between results. */
export interface RoundsState {
  readonly decidedThroughMs: number | null;
  readonly newestMs: number | null;
  readonly intervalMs: number;
  readonly locations: Readonly<Record<string, SeenSlots>>;
  /** Undecided rounds, oldest first; they span at most the allowed lateness. */
  readonly pending: readonly PendingRound[];
}

export const NO_ROUNDS: RoundsState = {
  decidedThroughMs: null,
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

/** A member has reported for at least one of the slots in this many intervals: it may miss four slots. */
const MEMBER_INTERVALS = 4.5;

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
    newestMs,
    locations: withSlot(state.locations, observation),
  };
  const added = tooLate ? seen : { ...seen, pending: withObservation(state.pending, observation) };
  const { state: after, decided } = decideRounds(added, { quorum, expected });
  return { state: withoutOldSlots(after), decided };
}

/** True when a round in this slot would wait for the locations that are expected to report. */
export function awaitsExpected(state: RoundsState, slotMs: number): boolean {
  return isFirst({ slotMs, intervalMs: state.intervalMs }, state);
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

/**
 * Drops the slots that no future round needs. While no location is a member, each keeps its newest slot from before: after
 * a gap these locations are waited for.
 */
function withoutOldSlots(state: RoundsState): RoundsState {
  const { pending, newestMs, intervalMs } = state;
  const oldestRoundMs = Math.min(
    pending[0]?.slotMs ?? Number.POSITIVE_INFINITY,
    (newestMs ?? 0) - allowedLatenessMs(intervalMs),
  );
  const oldestMs = oldestRoundMs - memberMs(intervalMs);
  const hasMembers = membersOf({ slotMs: oldestRoundMs, intervalMs }, state).length > 0;
  const kept = Object.entries(state.locations).map(([location, seen]) => {
    const newestBeforeMs = Math.max(...seen.filter((slotMs) => slotMs < oldestMs));
    const isKept = (slotMs: number) => slotMs >= oldestMs || (!hasMembers && slotMs === newestBeforeMs);
    return [location, seen.filter(isKept)] as const;
  });
  return { ...state, locations: Object.fromEntries(kept.filter(([, seen]) => seen.length > 0)) };
}

function withObservation(
  pending: readonly PendingRound[],
  { slotMs, intervalMs, location, outcome }: Observation,
): readonly PendingRound[] {
  const round = pending.find((each) => each.slotMs === slotMs) ?? { slotMs, intervalMs, outcomes: {} };
  if (Object.hasOwn(round.outcomes, location)) return pending;
  const changed = {
    slotMs,
    intervalMs: Math.min(round.intervalMs, intervalMs),
    outcomes: { ...round.outcomes, [location]: outcome },
  };
  const others = pending.filter((each) => each.slotMs !== slotMs);
  return [...others, changed].sort((a, b) => a.slotMs - b.slotMs);
}

function decideRounds(
  state: RoundsState,
  rules: RoundRules,
): { readonly state: RoundsState; readonly decided: readonly DecidedRound[] } {
  const decided: DecidedRound[] = [];
  let { decidedThroughMs } = state;
  for (const round of state.pending) {
    const outcome = decidedOutcome(round, { ...state, decidedThroughMs }, rules);
    if (outcome === null) break;
    decided.push({ ...round, outcome });
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
  const { slotMs, intervalMs, outcomes } = round;
  const { decidedThroughMs, locations } = state;
  const newestMs = state.newestMs ?? slotMs;
  const lateMs = allowedLatenessMs(intervalMs);
  if (newestMs >= slotMs + lateMs) return outcomeOf(Object.values(outcomes), quorum);
  const isAfterGap = decidedThroughMs !== null && slotMs - decidedThroughMs > intervalMs;
  const lastMissedMs = slotMs - intervalMs;
  if (isAfterGap && newestMs < lastMissedMs + lateMs) return null;
  const members = membersOf(round, state);
  const known = [...Object.keys(locations), ...(isFirst(round, state) ? expected : [])];
  const awaited = members.length > 0 ? members : [...new Set(known)];
  const reported = awaited.flatMap((location) => outcomes[location] ?? []);
  const missing = awaited.length - reported.length;
  return missing === 0 ? outcomeOf(reported, quorum) : certainOutcome(reported, missing, quorum);
}

function membersOf(
  { slotMs, intervalMs }: Pick<PendingRound, "slotMs" | "intervalMs">,
  { locations }: RoundsState,
): readonly string[] {
  const fromMs = slotMs - memberMs(intervalMs);
  const toMs = slotMs - allowedLatenessMs(intervalMs);
  const all = Object.entries(locations);
  return all
    .filter(([, seen]) => seen.some((each) => each >= fromMs && each <= toMs))
    .map(([location]) => location);
}

/** True while no earlier slot tells which locations observe the site. */
function isFirst(
  { slotMs, intervalMs }: Pick<PendingRound, "slotMs" | "intervalMs">,
  { locations }: RoundsState,
): boolean {
  const toMs = slotMs - allowedLatenessMs(intervalMs);
  return !Object.values(locations).some((seen) => seen.some((each) => each <= toMs));
}

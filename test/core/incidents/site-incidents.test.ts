// One site's results become incidents: the same ones in whatever order they come within the allowed lateness.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  allowedLatenessMs,
  DEFAULT_INCIDENT_POLICY,
  flappingQuietMs,
  type IncidentPolicy,
} from "../../../src/core/incidents/policy.ts";
import type { Outcome } from "../../../src/core/incidents/quorum.ts";
import type { Observation } from "../../../src/core/incidents/rounds.ts";
import { acknowledge, NO_INCIDENTS, observe, resolve } from "../../../src/core/incidents/site-incidents.ts";

const INTERVAL_MS = 10_000;
const LETTERS: Readonly<Record<string, Outcome>> = { u: "up", g: "degraded", d: "down", "?": "unobserved" };

/** One location's slots, a letter each: `u`p, de`g`raded, `d`own, `?` for one that its uplink hid, a blank for none. */
function seenFrom(location: string, letters: string, firstSlot = 0): readonly Observation[] {
  return [...letters].flatMap((letter, index) => {
    const outcome = LETTERS[letter];
    return outcome === undefined ? [] : [at(firstSlot + index, outcome, location)];
  });
}

function at(slot: number, outcome: Outcome, location = "here"): Observation {
  return { slotMs: slot * INTERVAL_MS, location, outcome, intervalMs: INTERVAL_MS };
}

function bySlot(observations: readonly Observation[]): readonly Observation[] {
  return [...observations].sort((a, b) => a.slotMs - b.slotMs);
}

/** What happened, a word each: `opened:down@2-3` was down from slot 2 and known at slot 3. */
function told(
  observations: readonly Observation[],
  policy: IncidentPolicy = DEFAULT_INCIDENT_POLICY,
  expected: readonly string[] = [],
): readonly string[] {
  const words: string[] = [];
  let state = NO_INCIDENTS;
  for (const observation of observations) {
    const { after, transitions } = observe(state, observation, policy, expected);
    state = after;
    for (const { transition } of transitions) {
      const slots = `${transition.sinceMs / INTERVAL_MS}-${transition.slotMs / INTERVAL_MS}`;
      if (transition.kind === "opened") {
        words.push(`opened:${transition.severity}${transition.flapping ? ":flapping" : ""}@${slots}`);
      } else words.push(`${transition.kind}@${slots}`);
    }
  }
  return words;
}

describe("a site seen from one location", () => {
  const stories: readonly (readonly [letters: string, told: readonly string[]])[] = [
    ["uuuu", []],
    ["uudu", []],
    ["uudd", ["opened:down@2-3"]],
    ["dd", ["opened:down@0-1"]],
    ["uudduu", ["opened:down@2-3", "resolved@2-5"]],
    ["uuddudu", ["opened:down@2-3"]],
    ["uugg", ["opened:degraded@2-3"]],
    ["uudg", ["opened:degraded@2-3"]],
    ["uuggdd", ["opened:degraded@2-3", "worsened@2-5"]],
    ["uuggdgdd", ["opened:degraded@2-3", "worsened@2-7"]],
    ["uuddgg", ["opened:down@2-3"]],
    ["uud?d", ["opened:down@2-4"]],
    ["uu????uu", []],
    ["uuddu?u", ["opened:down@2-3", "resolved@2-6"]],
    ["uudduudduu", ["opened:down@2-3", "resolved@2-5", "opened:down@6-7", "resolved@6-9"]],
  ];
  for (const [letters, expected] of stories) {
    test(`${letters}: ${expected.join(", then ") || "nothing"}`, () => {
      expect(told(seenFrom("here", letters))).toEqual(expected);
    });
  }

  test("one bad slot opens an incident where one is enough", () => {
    const policy = { ...DEFAULT_INCIDENT_POLICY, openAfterSlots: 1, resolveAfterSlots: 1 };
    expect(told(seenFrom("here", "udu"), policy)).toEqual(["opened:down@1-1", "resolved@1-2"]);
  });

  test("a failure before a long gap and one after it are not consecutive", () => {
    expect(told([...seenFrom("here", "uud"), at(60, "down"), at(61, "up"), at(62, "up")])).toEqual([]);
  });

  test("a result that is known already changes nothing", () => {
    expect(told([at(0, "up"), at(1, "down"), at(1, "down"), at(1, "down")])).toEqual([]);
  });

  test("a result that comes too late opens, closes and re-opens nothing", () => {
    const late = [at(2, "down"), at(3, "down")];
    expect(told([...seenFrom("here", "uu  uuuu"), ...late])).toEqual([]);
    const lateGood = [at(4, "up"), at(5, "up")];
    expect(told([...seenFrom("here", "uudd  ddd"), ...lateGood])).toEqual(["opened:down@2-3"]);
  });

  test("a missing slot delays the decision until its result could no longer count", () => {
    expect(told(seenFrom("here", "uud d"))).toEqual([]);
    expect(told(seenFrom("here", "uud du"))).toEqual(["opened:down@2-4"]);
  });
});

describe("a site seen from several locations", () => {
  const steady = "uuuuuuuu";
  const three = (a: string, b: string, c: string): readonly Observation[] =>
    bySlot([seenFrom("a", steady + a), seenFrom("b", steady + b), seenFrom("c", steady + c)].flat());

  test("one location alone does not make a majority", () => {
    expect(told(three("dddd", "uuuu", "uuuu"))).toEqual([]);
  });

  test("two of three do, as soon as the third cannot change it", () => {
    expect(told(three("dd", "dd", "uu"))).toEqual(["opened:down@8-9"]);
    expect(told(three("dd", "dd", ""))).toEqual(["opened:down@8-9"]);
  });

  test("different locations in different slots are a quorum in each", () => {
    expect(told(three("ddd", "duu", "udd"))).toEqual(["opened:down@8-9"]);
  });

  test("a location that lost its uplink has no say", () => {
    expect(told(three("dd", "??", "??"))).toEqual(["opened:down@8-9"]);
  });

  test("one failing location is enough where any is", () => {
    const policy = { ...DEFAULT_INCIDENT_POLICY, quorum: "any" as const };
    expect(told(three("dd", "uu", "uu"), policy)).toEqual(["opened:down@8-9"]);
  });

  test("a location that stops reporting is waited for, then left out", () => {
    const story = bySlot([...seenFrom("a", `${steady}uuuuuddd`), ...seenFrom("b", `${steady}`)]);
    expect(told(story)).toEqual(["opened:down@13-14"]);
  });
});

describe("a site in its first slots", () => {
  const three = ["here", "there", "elsewhere"];
  const first = (letters: readonly string[]) =>
    bySlot(letters.flatMap((each, index) => seenFrom(three[index] ?? "", each)));

  test("is not decided by the location that reports first", () => {
    expect(told(first(["ddddd", "uuuuu", "uuuuu"]), DEFAULT_INCIDENT_POLICY, three)).toEqual([]);
  });

  test("is down where most of the expected locations say so, from its first slot", () => {
    expect(told(first(["dd", "dd", "uu"]), DEFAULT_INCIDENT_POLICY, three)).toEqual(["opened:down@0-1"]);
  });

  test("does not wait for a location that never reports, once its results could no longer count", () => {
    expect(told(first(["dddd"]), DEFAULT_INCIDENT_POLICY, three)).toEqual(["opened:down@0-1"]);
  });
});

describe("a flapping site", () => {
  const flaps = "dduu".repeat(4);

  test("is recognised at the opening that is one too many, and held open", () => {
    const openings = ["opened:down@0-1", "opened:down@4-5", "opened:down@8-9", "opened:down:flapping@12-13"];
    expect(told(seenFrom("here", `${flaps}uudduu`)).filter((word) => word.startsWith("opened"))).toEqual(
      openings,
    );
  });

  test("resolves once it has been good for long enough", () => {
    const quietSlots = flappingQuietMs(DEFAULT_INCIDENT_POLICY) / INTERVAL_MS;
    const words = told(seenFrom("here", `${flaps}${"u".repeat(quietSlots)}`));
    expect(words.at(-1)).toBe(`resolved@12-${14 + quietSlots}`);
  });

  test("is no longer flapping when its openings are an hour apart", () => {
    const quiet = "u".repeat(400);
    expect(told(seenFrom("here", `dd${quiet}dd${quiet}dd${quiet}dd${quiet}`))).not.toContainEqual(
      expect.stringContaining("flapping"),
    );
  });
});

describe("what people do", () => {
  const opened = observe(
    observe(NO_INCIDENTS, at(0, "down"), DEFAULT_INCIDENT_POLICY).after,
    at(1, "down"),
    DEFAULT_INCIDENT_POLICY,
  ).after;

  test("an acknowledged incident still resolves by itself", () => {
    const acknowledged = acknowledge(opened);
    expect(acknowledged?.site.state).toBe("acknowledged");
    const { after } = observe(acknowledged ?? opened, at(2, "up"), DEFAULT_INCIDENT_POLICY);
    const { transitions } = observe(after, at(3, "up"), DEFAULT_INCIDENT_POLICY);
    expect(transitions.map(({ transition }) => transition.kind)).toEqual(["resolved"]);
  });

  test("what is not open can be neither acknowledged nor resolved", () => {
    expect(acknowledge(NO_INCIDENTS)).toBeNull();
    expect(resolve(NO_INCIDENTS)).toBeNull();
  });

  test("an incident that a person resolved opens again when failures go on", () => {
    let state = resolve(opened) ?? opened;
    const kinds: string[] = [];
    for (const slot of [2, 3]) {
      const { after, transitions } = observe(state, at(slot, "down"), DEFAULT_INCIDENT_POLICY);
      state = after;
      kinds.push(...transitions.map(({ transition }) => transition.kind));
    }
    expect(kinds).toEqual(["opened"]);
  });
});

describe("any history", () => {
  const letter = fc.constantFrom("u", "u", "u", "g", "d", "d", "?", " ");
  const letters = fc.array(letter, { minLength: 5, maxLength: 60 }).map((all) => all.join(""));
  const history = fc
    .array(letters, { minLength: 1, maxLength: 4 })
    .map((all) =>
      bySlot(all.flatMap((each, index) => seenFrom(`location-${index}`, `uuuuuuuu${each}uuuuuuuuuu`))),
    );
  const policy = fc.record({
    openAfterSlots: fc.integer({ min: 1, max: 4 }),
    resolveAfterSlots: fc.integer({ min: 1, max: 4 }),
    quorum: fc.oneof(
      fc.constantFrom("any" as const, "majority" as const, "all" as const),
      fc.integer({ min: 1, max: 4 }),
    ),
    openingsBeforeFlapping: fc.integer({ min: 1, max: 5 }),
  });

  /** Each result is delayed by less than the allowed lateness. */
  function shuffled(observations: readonly Observation[], delays: readonly number[]): readonly Observation[] {
    const bound = allowedLatenessMs(INTERVAL_MS) - 1;
    return observations
      .map((observation, index) => ({
        observation,
        arrivesMs: observation.slotMs + ((delays[index % delays.length] ?? 0) % bound),
      }))
      .sort((a, b) => a.arrivesMs - b.arrivesMs)
      .map(({ observation }) => observation);
  }

  test("gives the same incidents in order, shuffled within the allowed lateness, and twice over", () => {
    fc.assert(
      fc.property(
        history,
        policy,
        fc.array(fc.nat(), { minLength: 1, maxLength: 40 }),
        (observations, itsPolicy, delays) => {
          const expected = told(observations, itsPolicy);
          expect(told(shuffled(observations, delays), itsPolicy)).toEqual(expected);
          expect(told([...observations, ...observations], itsPolicy)).toEqual(expected);
          expect(
            told(
              observations.flatMap((each) => [each, each]),
              itsPolicy,
            ),
          ).toEqual(expected);
        },
      ),
      { numRuns: 1000 },
    );
  });

  test("opens and resolves in turn, and keeps a bounded state", () => {
    fc.assert(
      fc.property(history, policy, (observations, itsPolicy) => {
        const kinds = told(observations, itsPolicy)
          .map((word) => word.split(/[:@]/)[0])
          .filter((kind) => kind !== "worsened");
        for (const [index, kind] of kinds.entries()) {
          expect(kind).toBe(index % 2 === 0 ? "opened" : "resolved");
        }
        let state = NO_INCIDENTS;
        for (const observation of observations) {
          state = observe(state, observation, itsPolicy).after;
          expect(state.rounds.pending.length).toBeLessThanOrEqual(3);
          expect(state.openings.length).toBeLessThanOrEqual(61);
        }
      }),
    );
  });
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Quorum } from "../../../src/core/incidents/policy.ts";
import { certainOutcome, type Outcome, outcomeOf } from "../../../src/core/incidents/quorum.ts";

const decisions: readonly (readonly [outcomes: readonly Outcome[], quorum: Quorum, outcome: Outcome])[] = [
  [["down"], "majority", "down"],
  [["down", "up"], "majority", "up"],
  [["down", "down", "up"], "majority", "down"],
  [["down", "degraded", "up"], "majority", "degraded"],
  [["degraded", "up"], "any", "degraded"],
  [["down", "up", "up", "up"], "any", "down"],
  [["down", "down", "up"], "all", "up"],
  [["down", "down"], "all", "down"],
  [["down", "down", "up", "up"], 2, "down"],
  [["down", "up", "up"], 2, "up"],
  [["down"], 3, "down"],
  [["down", "unobserved", "unobserved"], "majority", "down"],
  [["unobserved"], "any", "unobserved"],
  [[], "all", "unobserved"],
];

describe("what the locations say together", () => {
  for (const [outcomes, quorum, outcome] of decisions) {
    test(`${outcomes.join(", ") || "nobody"} is ${outcome} where ${quorum} must agree`, () => {
      expect(outcomeOf(outcomes, quorum)).toBe(outcome);
    });
  }
});

const anOutcome = fc.constantFrom<Outcome>("up", "degraded", "down", "unobserved");
const aQuorum = fc.oneof(fc.constantFrom<Quorum>("any", "majority", "all"), fc.integer({ min: 1, max: 5 }));

test("an outcome that is certain stays, whatever the missing locations saw", () => {
  fc.assert(
    fc.property(
      fc.array(anOutcome, { maxLength: 4 }),
      fc.array(anOutcome, { maxLength: 3 }),
      aQuorum,
      (reported, others, quorum) => {
        const certain = certainOutcome(reported, others.length, quorum);
        if (certain !== null) expect(outcomeOf([...reported, ...others], quorum)).toBe(certain);
      },
    ),
    { numRuns: 2000 },
  );
});

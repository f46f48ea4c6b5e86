// Histories that are easily got wrong, with their right incidents: gaps, late and doubled results, clocks, locations.
import { describe, expect, test } from "vitest";
import { DEFAULT_INCIDENT_POLICY, type IncidentPolicy } from "../../../src/core/incidents/policy.ts";
import type { Observation } from "../../../src/core/incidents/rounds.ts";
import { NO_INCIDENTS, observe } from "../../../src/core/incidents/site-incidents.ts";
import { arrivalsOf, type History, histories } from "./histories.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

function incidentsOf(
  observations: readonly Observation[],
  policy: IncidentPolicy = DEFAULT_INCIDENT_POLICY,
  slotMs = MINUTE_MS,
): readonly string[] {
  const incidents: string[] = [];
  let site = NO_INCIDENTS;
  for (const observation of observations) {
    const { after, transitions } = observe(site, observation, policy);
    site = after;
    for (const { transition } of transitions) {
      const since = transition.sinceMs / slotMs;
      if (transition.kind === "opened") incidents.push(`${transition.severity} ${since}-`);
      else if (transition.kind === "worsened") incidents[incidents.length - 1] = `down ${since}-`;
      else incidents[incidents.length - 1] += `${transition.goodSinceMs / slotMs}`;
    }
  }
  return incidents;
}

function policyOf({ settings = {} }: History): IncidentPolicy {
  const { after = 2, recoverAfter = 2, quorum = "majority" } = settings;
  return { ...DEFAULT_INCIDENT_POLICY, openAfterSlots: after, resolveAfterSlots: recoverAfter, quorum };
}

function observationsOf(history: History): readonly Observation[] {
  return arrivalsOf(history).map(({ location, slot, outcome }) => ({
    slotMs: slot * MINUTE_MS,
    location,
    outcome,
    intervalMs: MINUTE_MS,
  }));
}

describe.each(histories)("$what", (history) => {
  const { incidents } = history;
  test(incidents.length === 0 ? "opens nothing" : `is ${incidents.join(", then ")}`, () => {
    expect(incidentsOf(observationsOf(history), policyOf(history))).toEqual(incidents);
  });

  test("is the same with every result twice", () => {
    const twice = observationsOf(history).flatMap((each) => [each, each]);
    expect(incidentsOf(twice, policyOf(history))).toEqual(incidents);
  });
});

describe("a site whose interval is edited", () => {
  const at = (slotMs: number, outcome: "up" | "down", intervalMs: number): Observation => ({
    slotMs,
    location: "here",
    outcome,
    intervalMs,
  });
  const minutely = [0, 1, 2, 3, 4].map((minute) => at(minute * MINUTE_MS, "up", MINUTE_MS));

  test("to an hour opens with its second failed slot", () => {
    const hourly = [1, 2].map((hour) => at(hour * HOUR_MS, "down", HOUR_MS));
    expect(incidentsOf([...minutely, ...hourly])).toEqual(["down 60-"]);
  });

  test("to an hour while it is suspected counts the failure before", () => {
    const suspected = [...minutely, at(5 * MINUTE_MS, "down", MINUTE_MS)];
    expect(incidentsOf([...suspected, at(HOUR_MS, "down", HOUR_MS)])).toEqual(["down 5-"]);
  });

  test("from an hour to a minute opens with its second failed slot", () => {
    const hourly = [0, 1, 2, 3].map((hour) => at(hour * HOUR_MS, "up", HOUR_MS));
    const failed = [40, 41].map((minute) => at(3 * HOUR_MS + minute * MINUTE_MS, "down", MINUTE_MS));
    expect(incidentsOf([...hourly, ...failed])).toEqual(["down 220-"]);
  });

  test("while an incident is open resolves with its second good slot", () => {
    const open = [...minutely, ...[5, 6].map((minute) => at(minute * MINUTE_MS, "down", MINUTE_MS))];
    const hourly = [1, 2].map((hour) => at(hour * HOUR_MS, "up", HOUR_MS));
    expect(incidentsOf([...open, ...hourly])).toEqual(["down 5-60"]);
  });
});

describe("incident settings edited while an incident is open", () => {
  const at = (slot: number, outcome: "up" | "down" | "degraded"): Observation => ({
    slotMs: slot * MINUTE_MS,
    location: "here",
    outcome,
    intervalMs: MINUTE_MS,
  });
  const stepBy = (
    steps: readonly (readonly [outcome: "up" | "down" | "degraded", policy: Partial<IncidentPolicy>])[],
  ): readonly string[] => {
    let site = NO_INCIDENTS;
    return steps.flatMap(([outcome, policy], slot) => {
      const { after, transitions } = observe(site, at(slot, outcome), {
        ...DEFAULT_INCIDENT_POLICY,
        ...policy,
      });
      site = after;
      return transitions.map(({ transition: { kind } }) => `${kind} ${slot}`);
    });
  };

  test("a lower number of good slots holds from the next one on", () => {
    const five = { resolveAfterSlots: 5 };
    expect(
      stepBy([
        ["down", {}],
        ["down", {}],
        ["up", five],
        ["up", five],
        ["up", { resolveAfterSlots: 2 }],
      ]),
    ).toEqual(["opened 1", "resolved 4"]);
  });

  test("a higher number of good slots too", () => {
    const three = { resolveAfterSlots: 3 };
    expect(
      stepBy([
        ["down", {}],
        ["down", {}],
        ["up", {}],
        ["up", three],
        ["up", three],
      ]),
    ).toEqual(["opened 1", "resolved 4"]);
  });

  test("more failures for an opening do not end what is open", () => {
    const ten = { openAfterSlots: 10 };
    expect(
      stepBy([
        ["down", {}],
        ["down", {}],
        ["down", ten],
        ["up", ten],
        ["up", ten],
      ]),
    ).toEqual(["opened 1", "resolved 4"]);
  });
});

// Whether results flow, by samples that a person can follow.
import { describe, expect, test } from "vitest";
import {
  type FlowProgress,
  type FlowSample,
  observeFlow,
  stoppedBecause,
} from "../../../../src/core/alerting/watching/pipeline-flow.ts";

const MINUTE_MS = 60_000;
const START_MS = Date.parse("2026-12-06T02:00:00Z");

interface Minute {
  /** Age of the newest result. */
  readonly age: number;
  readonly waiting?: number | null;
  readonly every?: number | null;
}

/** The states after samples that are a minute apart, with a bound of five minutes. */
function statesOf(minutes: readonly Minute[]): readonly string[] {
  let progress: FlowProgress | null = null;
  return minutes.map(({ age, waiting = 0, every = 1 }, index) => {
    const nowMs = START_MS + index * MINUTE_MS;
    const sample: FlowSample = {
      newestMs: nowMs - age * MINUTE_MS,
      everyMs: every === null ? null : every * MINUTE_MS,
      unpublished: 0,
      unrecorded: waiting,
    };
    const flow = observeFlow(progress, sample, { nowMs, afterMs: 5 * MINUTE_MS });
    progress = flow.progress;
    return flow.state;
  });
}

const minutes = (count: number, of: (index: number) => Minute): readonly Minute[] =>
  Array.from({ length: count }, (_, index) => of(index));

describe("results", () => {
  test("flow while the newest one is younger than the bound", () => {
    expect(statesOf([{ age: 0 }, { age: 5 }, { age: 0 }])).toEqual(["flowing", "flowing", "flowing"]);
  });

  test("that stop are noticed after the bound, once more as long from a notifier's start", () => {
    const states = statesOf(minutes(14, (index) => ({ age: 1 + index })));
    expect(states.lastIndexOf("flowing")).toBe(4);
    expect(states.indexOf("stopped")).toBe(10);
  });

  test("of rare checks may be three intervals old", () => {
    expect(statesOf(minutes(30, () => ({ age: 29, every: 10 })))).not.toContain("stopped");
    expect(statesOf(minutes(40, (index) => ({ age: 31 + index, every: 10 }))).at(-1)).toBe("stopped");
  });

  test("need not flow where no site should be checked", () => {
    expect(statesOf(minutes(30, (index) => ({ age: 100 + index, every: null }))).at(-1)).toBe("idle");
    expect(statesOf([{ age: 1, every: null }])).toEqual(["flowing"]);
  });
});

describe("nobody is alarmed", () => {
  test("while a backlog is recorded, however long that takes", () => {
    expect(statesOf(minutes(90, (index) => ({ age: 100 - index })))).not.toContain("stopped");
  });

  test("while old results are replayed that change nothing: fewer events wait each time", () => {
    const replay = minutes(60, (index) => ({ age: 100 + index, waiting: 1_000_000 - index * 1000 }));
    expect(statesOf(replay)).not.toContain("stopped");
  });
});

test("a lag that grows is an alarm although results are recorded", () => {
  const lagging = minutes(20, (index) => ({ age: 10 + index / 2, waiting: 1000 + index * 100 }));
  expect(statesOf(lagging).at(-1)).toBe("stopped");
});

test.for([
  [{ unpublished: 0, unrecorded: 0 }, "no monitor delivers results"],
  [{ unpublished: 3, unrecorded: 0 }, "3 rows wait in the outbox for a relay"],
  [{ unpublished: 3, unrecorded: 1 }, "1 event waits for a consumer"],
  [{ unpublished: 3, unrecorded: null }, "the event log does not answer; 3 rows wait in the outbox"],
] as const)("%j is told as: %s", ([waiting, told]) => {
  expect(stoppedBecause({ newestMs: 0, everyMs: 1000, ...waiting })).toBe(told);
});

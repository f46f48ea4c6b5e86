import { expect, test } from "vitest";
import { joinedWithin, totalMs, without } from "../../../src/core/reporting/time-ranges.ts";

const ranges = (...bounds: readonly (readonly [number, number])[]) =>
  bounds.map(([fromMs, toMs]) => ({ fromMs, toMs }));

test("ranges that overlap or touch are one, in order of time and within the bounds", () => {
  const joined = joinedWithin(ranges([70, 200], [5, 20], [20, 30], [10, 15], [50, 50]), {
    fromMs: 10,
    toMs: 100,
  });
  expect(joined).toEqual(ranges([10, 30], [70, 100]));
  expect(totalMs(joined)).toBe(50);
});

test.for([
  [[], [[0, 100]]],
  [[[0, 100]], []],
  [
    [
      [20, 30],
      [40, 200],
    ],
    [
      [0, 20],
      [30, 40],
    ],
  ],
  [
    [
      [-10, 10],
      [100, 110],
    ],
    [[10, 100]],
  ],
] as const)("a range without %j is %j", ([removed, left]) => {
  expect(without({ fromMs: 0, toMs: 100 }, ranges(...removed))).toEqual(ranges(...left));
});

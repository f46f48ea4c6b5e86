import { expect, test } from "vitest";
import { isolatedIndexes } from "../../../dashboard/src/graph/isolated-values.ts";

test.for([
  [[null, 5, null], [1]],
  [[5], [0]],
  [
    [1, 2, null, 0, null, 4],
    [3, 5],
  ],
  [[1, 2, 3], []],
  [[undefined, null], []],
  [[], []],
] as const)("of %j the values without a neighbour are at %j", ([values, expected]) => {
  expect(isolatedIndexes(values)).toEqual(expected);
});

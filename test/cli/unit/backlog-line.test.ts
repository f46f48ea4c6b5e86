import { expect, test } from "vitest";
import { formatAge, formatBacklog } from "../../../src/cli/backlog-line.ts";

test("a backlog is one line, with the age that a consumer feels", () => {
  expect(formatBacklog({ unpublished: 0, parked: 0, oldestAgeMs: null })).toBe("0 unpublished; 0 parked");
  expect(formatBacklog({ unpublished: 7, parked: 2, oldestAgeMs: 90_000 })).toBe(
    "7 unpublished, the oldest 90 s old; 2 parked",
  );
});

test.for([
  [-5, "0 s"],
  [1499, "1 s"],
  [119_000, "119 s"],
  [120_000, "2 min"],
  [7_200_000, "2 h"],
] as const)("%d ms are %s", ([ageMs, text]) => {
  expect(formatAge(ageMs)).toBe(text);
});

// The rule that chaos holds against the notifiers, held against what breaks it.
import { expect, test } from "vitest";
import { type IncidentRow, judgeAlerts, type Told } from "./alerting.ts";

const incident = (
  id: string,
  state: IncidentRow["state"],
  ...deliveries: readonly string[]
): IncidentRow => ({
  id,
  state,
  deliveries,
  isBehindOpenParent: false,
});
const message = (kind: string, ids: readonly string[], repeated = false): Told => ({
  kind,
  repeated,
  incidents: ids.map((id) => ({ id })),
});
const broken = (incidents: readonly IncidentRow[], told: readonly Told[], kills = 0): readonly string[] =>
  judgeAlerts({ incidents, told, kills }).flatMap((ruling) => ruling.broken);

test("an incident that is told, and whose end is told, breaks nothing", () => {
  const told = [message("opened", ["a", "b"]), message("resolved", ["a"])];
  expect(broken([incident("a", "resolved"), incident("b", "open")], told)).toEqual([]);
});

test("one that was over before the first message need not be told", () => {
  expect(broken([incident("a", "resolved", "opened cancelled")], [])).toEqual([]);
});

test("one behind another that is still open need not be told", () => {
  const child = { ...incident("a", "open", "opened waiting"), isBehindOpenParent: true };
  expect(broken([child], [])).toEqual([]);
});

test.each([
  ["nobody was told", [incident("a", "open", "opened waiting")], []],
  ["the end is missing", [incident("a", "resolved")], [message("opened", ["a"])]],
  ["an end that is none", [incident("a", "open")], [message("opened", ["a"]), message("resolved", ["a"])]],
  [
    "a repeat without a kill",
    [incident("a", "open")],
    [message("opened", ["a"]), message("opened", ["a"], true)],
  ],
] as const)("%s breaks a rule", (_what, incidents, told) => {
  expect(broken(incidents, told)).toHaveLength(1);
});

test("a repeat after a kill must be marked", () => {
  const again = (repeated: boolean) => [message("opened", ["a"]), message("opened", ["a"], repeated)];
  expect(broken([incident("a", "open")], again(true), 1)).toEqual([]);
  expect(broken([incident("a", "open")], again(false), 1)).toEqual(["an unmarked repeat: opened"]);
});

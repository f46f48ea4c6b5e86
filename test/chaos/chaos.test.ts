// The short form of `npm run chaos`: the same faults and the same rules, fewer and briefer.
import { expect, test } from "vitest";
import { runChaos } from "./run.ts";

/** Kills consumers and relays first: the half minute in which their sessions and leases run out is time for the rest. */
const SEED = 194_264;
const FAULTS = 10;

test("no fault of an app, a server, a connection or a disk loses, doubles or reorders a result", {
  timeout: 500_000,
}, async () => {
  const said: string[] = [];
  const report = await runChaos({
    seed: SEED,
    faults: FAULTS,
    nodes: 1,
    relays: 2,
    consumers: 2,
    rowsPerSecond: 150,
    longestFaultMs: 2000,
    longFreezes: 0,
    say(line) {
      said.push(line);
      if (line.includes("NOT TESTED")) console.warn(line);
    },
  });
  const broken = report.rulings.filter((ruling) => ruling.broken.length > 0);
  expect(broken, said.join("\n")).toEqual([]);
  expect(report.figures["rows the application committed"]).toBeGreaterThan(500);
  expect(report.figures["messages about incidents"]).toBeGreaterThan(0);
});

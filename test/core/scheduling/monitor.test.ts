import { afterEach, beforeEach, expect, test } from "vitest";
import type { CheckResult } from "../../../src/contract/check-result.ts";
import { defineSite, type Site } from "../../../src/contract/site.ts";
import type { Checker } from "../../../src/core/checking/checker.ts";
import { type MonitorOutcome, runMonitor } from "../../../src/core/scheduling/monitor.ts";
import { fixedSites } from "../../../src/core/scheduling/site-source.ts";
import { slotAfter, slotAtOrBefore } from "../../../src/core/scheduling/slots.ts";
import { aResult } from "../../contract/a-result.ts";
import { HeldClock } from "../../harness/held-clock.ts";

const START_MS = Date.parse("2026-11-24T12:00:00Z");
const site = defineSite({ url: "https://example.org/", intervalMs: 10_000 });

let clock: HeldClock;
let stored: CheckResult[];
let warnings: { fields: object; message: string }[];
let stop: AbortController;
let ended: Promise<MonitorOutcome> | undefined;

beforeEach(() => {
  clock = new HeldClock(START_MS);
  stored = [];
  warnings = [];
  stop = new AbortController();
  ended = undefined;
});

afterEach(async () => {
  stop.abort();
  await clock.pass(60_000);
  await ended;
});

/** Checks that take so long and find everything up. */
function checksTaking(durationMs: number): Checker {
  return {
    prepare: (prepared) => ({
      async run(slotMs) {
        if (durationMs > 0) await clock.sleep(durationMs);
        return aResult({ siteId: prepared.id, url: prepared.url, slot: new Date(slotMs).toISOString() });
      },
    }),
  };
}

function start(checker: Checker, sites: readonly Site[] = [site]): void {
  const remember = (fields: object, message: string) => void warnings.push({ fields, message });
  ended = runMonitor(
    {
      sites: fixedSites(sites),
      checker,
      topic: "sitewire.checks",
      outbox: { append: async () => {} },
      limit: { run: (_host, task) => task() },
      clock,
      log: { debug: () => {}, info: () => {}, warn: remember, error: remember },
      rereadSitesMs: 30_000,
      bufferCapacity: 100,
      drainMs: 5000,
      onStored: (results) => void stored.push(...results),
    },
    stop.signal,
  );
}

const slots = () => stored.map((result) => Date.parse(result.slot));

test("a site is checked once at each of its slots, the running one first", async () => {
  start(checksTaking(0));
  await clock.pass(50_000);
  const first = slotAtOrBefore(site, START_MS);
  expect(slots().slice(0, 5)).toEqual([0, 1, 2, 3, 4].map((n) => first + n * site.intervalMs));
  expect(warnings).toEqual([]);
});

test("a check that outlasts its interval makes the next slots missed, said, and never checked late", async () => {
  start(checksTaking(25_000));
  await clock.pass(120_000);
  const found = slots();
  expect(new Set(found).size).toBe(found.length);
  expect(found.length).toBeLessThan(6);
  expect(warnings.some(({ message }) => message === "slots passed before their check could start")).toBe(
    true,
  );
});

test("the wall clock set back repeats no slot", async () => {
  start(checksTaking(0));
  await clock.pass(25_000);
  const before = slots().length;
  clock.jump(-60_000);
  await clock.pass(40_000);
  expect(slots().length).toBe(before);
  await clock.pass(60_000);
  expect(slots().length).toBeGreaterThan(before);
  expect(new Set(slots()).size).toBe(slots().length);
  expect(warnings[0]).toMatchObject({ message: "wall clock jumped", fields: { jumpMs: -60_000 } });
});

test("the wall clock set forward leaves a gap and says so", async () => {
  start(checksTaking(0));
  await clock.pass(25_000);
  clock.jump(60_000);
  await clock.pass(25_000);
  const gaps = slots().map((slot, index, all) => slot - (all[index - 1] ?? slot));
  expect(Math.max(...gaps)).toBeGreaterThanOrEqual(60_000);
  expect(warnings[0]).toMatchObject({ fields: { jumpMs: 60_000 } });
});

test("asked to stop, it stores the result of the check in flight", async () => {
  start(checksTaking(3000));
  await clock.pass(1000);
  stop.abort();
  await clock.pass(10_000);
  expect(await ended).toEqual({ lostResults: 0 });
  expect(slots()).toEqual([slotAtOrBefore(site, START_MS)]);
});

test("sites are spread over their interval", async () => {
  const sites = Array.from({ length: 200 }, (_, n) =>
    defineSite({ url: `https://example.org/${n}`, intervalMs: 60_000 }),
  );
  const nexts = sites.map((each) => slotAfter(each, START_MS) - START_MS);
  const firstHalf = nexts.filter((next) => next <= 30_000).length;
  expect(firstHalf).toBeGreaterThan(60);
  expect(firstHalf).toBeLessThan(140);
});

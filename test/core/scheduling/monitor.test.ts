import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { CheckResult } from "../../../src/contract/checks/check-result.ts";
import { defineSite, type Site } from "../../../src/contract/checks/site.ts";
import type { Event } from "../../../src/contract/events/event.ts";
import type { Checker } from "../../../src/core/checking/checker.ts";
import { RefusedError, UnavailableError } from "../../../src/core/failures.ts";
import { deadLetterOrigin } from "../../../src/core/recording/dead-letter.ts";
import type { Outbox } from "../../../src/core/relaying/ports.ts";
import { type MonitorOutcome, runMonitor } from "../../../src/core/scheduling/monitor.ts";
import { fixedSites, joinedSites, type SiteSource } from "../../../src/core/scheduling/site-source.ts";
import { slotAfter, slotAtOrBefore } from "../../../src/core/scheduling/slots.ts";
import type { ResultSpill } from "../../../src/core/scheduling/spilled-results.ts";
import { aResult } from "../../contract/a-result.ts";
import { HeldClock } from "../../harness/held-clock.ts";

const START_MS = Date.parse("2026-11-24T12:00:00Z");
const site = defineSite({ url: "https://example.org/", intervalMs: 10_000 });

let clock: HeldClock;
let counted: Map<string, number>;
let append: Outbox["append"];
let spilled: CheckResult[];
let leftBehind: CheckResult[];
let stored: CheckResult[];
let warnings: { fields: object; message: string }[];
let stop: AbortController;
let ended: Promise<MonitorOutcome> | undefined;

beforeEach(() => {
  clock = new HeldClock(START_MS);
  counted = new Map();
  append = async () => {};
  spilled = [];
  leftBehind = [];
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

/** A disk with room for three results. */
const spill: ResultSpill = {
  place: "the disk",
  async assertWritable() {},
  async write(results) {
    spilled.push(...results.slice(0, 3));
    return Math.min(3, results.length);
  },
  async *read() {
    if (leftBehind.length > 0) yield { results: leftBehind, remove: async () => void leftBehind.splice(0) };
  },
};

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

function start(checker: Checker, sites: readonly Site[] | SiteSource = [site]): void {
  const remember = (fields: object, message: string) => void warnings.push({ fields, message });
  ended = runMonitor(
    {
      sites: "read" in sites ? sites : fixedSites(sites),
      checker,
      topic: "sitewire.checks",
      deadTopic: "sitewire.checks.dead",
      outbox: { append: (events) => append(events) },
      limit: { run: (_host, task) => task() },
      clock,
      log: { debug: () => {}, info: () => {}, warn: remember, error: remember },
      rereadSitesMs: 30_000,
      bufferCapacity: 100,
      gatherMs: 0,
      drainMs: 5000,
      spill,
      count: (event, count) => counted.set(event, (counted.get(event) ?? 0) + count),
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
  await clock.pass(125_000);
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

const manySites = (count: number, intervalMs: number): readonly Site[] =>
  Array.from({ length: count }, (_, n) => defineSite({ url: `https://example.org/${n}`, intervalMs }));

/** The instants at which checks started, each with how long after their slots, milliseconds. */
async function startsIn(durationMs: number, sites: readonly Site[]): Promise<ReadonlyMap<number, number[]>> {
  const delaysAt = new Map<number, number[]>();
  const checker: Checker = {
    prepare: ({ id, url }) => ({
      async run(slotMs) {
        const nowMs = clock.now();
        delaysAt.set(nowMs, [...(delaysAt.get(nowMs) ?? []), nowMs - slotMs]);
        return aResult({ siteId: id, url, slot: new Date(slotMs).toISOString() });
      },
    }),
  };
  start(checker, sites);
  // Skips the first checks of the sites, which do not start at their slots.
  await clock.pass(60_000);
  delaysAt.clear();
  await clock.pass(durationMs);
  return delaysAt;
}

test("a hundred checks a second start at twenty instants, each within 50 ms after its slot", async () => {
  const starts = await startsIn(10_000, manySites(1000, 10_000));
  expect([...starts.values()].flat()).toHaveLength(1000);
  expect(starts.size).toBeLessThanOrEqual(200);
  expect(Math.min(...[...starts.values()].flat())).toBeGreaterThanOrEqual(0);
  expect(Math.max(...[...starts.values()].flat())).toBeLessThanOrEqual(50);
});

test("a thousand checks a second still start a few at a time", async () => {
  const starts = await startsIn(2000, manySites(2000, 2000));
  const together = [...starts.values()].map((delays) => delays.length);
  expect(Math.max(...together)).toBeLessThan(25);
  expect(Math.max(...[...starts.values()].flat())).toBeLessThanOrEqual(10);
});

/** Site and slot of each result, to be different from each other. */
const identities = () => stored.map(({ siteId, slot }) => `${siteId} ${slot}`);

function expectNoSlotTwice(): void {
  expect(new Set(identities()).size).toBe(stored.length);
}

test("after a pause of five seconds no slot is checked twice, and each slot that passed is counted once", async () => {
  start(checksTaking(30), manySites(40, 1000));
  await clock.pass(10_000);
  const before = stored.length;
  await clock.pause(5000);
  await clock.pass(10_000);
  expectNoSlotTwice();
  // Of the five slots of each site the last one was still running when the pause was over.
  expect(counted.get("slotMissed")).toBe(40 * 4);
  expect(stored.length - before).toBe(40 * 15 - 40 * 4);
});

test("a clock that was an hour ahead and returns stops no check and repeats no slot", async () => {
  start(checksTaking(30), manySites(40, 10_000));
  await clock.pass(60_000);
  clock.jump(3_600_000);
  await clock.pass(60_000);
  const ahead = stored.length;
  clock.jump(-3_600_000);
  await clock.pass(60_000);
  expect(stored.length - ahead).toBeGreaterThanOrEqual(40 * 5);
  const returned = stored.length;
  // The hour that was checked ahead of time comes round.
  await clock.pass(3_600_000);
  expectNoSlotTwice();
  const slotsOfAnHour = 40 * 360;
  expect(stored.length - returned).toBeGreaterThanOrEqual(slotsOfAnHour - 40 * 8);
  expect(stored.length - returned).toBeLessThanOrEqual(slotsOfAnHour - 40 * 5);
  expect(counted.get("slotMissed") ?? 0).toBe(0);
});

test("a clock set back a day silences nothing", async () => {
  start(checksTaking(30), manySites(40, 10_000));
  await clock.pass(600_000);
  const before = stored.length;
  clock.jump(-86_400_000);
  await clock.pass(60_000);
  expect(stored.length - before).toBeGreaterThanOrEqual(40 * 6);
  expectNoSlotTwice();
  expect(counted.get("slotMissed") ?? 0).toBe(0);
});

test("of a start of thousands a few are checked at once and the rest over the first minute", async () => {
  start(checksTaking(0), manySites(3000, 60_000));
  await clock.pass(50);
  expect(stored.length).toBeGreaterThanOrEqual(100);
  expect(stored.length).toBeLessThan(120);
  await clock.pass(30_000);
  expect(stored.length).toBeGreaterThan(1300);
  expect(stored.length).toBeLessThan(1900);
  await clock.pass(30_000);
  expect(new Set(stored.map(({ siteId }) => siteId)).size).toBe(3000);
  expectNoSlotTwice();
  expect(counted.get("slotLate") ?? 0).toBe(0);
});

test("sites that are due once a day get their first result within a minute all the same", async () => {
  start(checksTaking(0), manySites(500, 86_400_000));
  await clock.pass(60_000);
  expect(new Set(stored.map(({ siteId }) => siteId)).size).toBe(500);
});

test("missed slots are told in one line a minute, with their number", async () => {
  start(checksTaking(2500), manySites(20, 1000));
  await clock.pass(180_000);
  const lines = warnings.filter(({ message }) => message === "slots passed before their check could start");
  expect(lines.length).toBeLessThanOrEqual(4);
  const told = lines.reduce((sum, { fields }) => sum + Number(Reflect.get(fields, "missedSlots")), 0);
  expect(told).toBeGreaterThan(1000);
});

test("a site that can't be checked is told and ends nothing", async () => {
  const bad = defineSite({ url: "https://bad.example/" });
  const checker = checksTaking(0);
  start(
    {
      prepare(prepared) {
        if (prepared.id === bad.id) throw new TypeError("nobody foresaw this");
        return checker.prepare(prepared);
      },
    },
    [bad, site],
  );
  await clock.pass(25_000);
  expect(stored.length).toBeGreaterThan(2);
  expect(warnings).toMatchObject([{ message: "site not checked; its definition is invalid" }]);
});

test("a result the outbox refuses takes no other with it, and its dead letter tells why", async () => {
  const sites = manySites(40, 10_000);
  const refused = sites[17]?.id;
  const letters: Event[] = [];
  append = async (events) => {
    if (events.some(({ key }) => key === refused)) throw new RefusedError("22P05", "no such character");
    letters.push(...events.filter(({ topic }) => topic === "sitewire.checks.dead"));
  };
  start(checksTaking(0), sites);
  await clock.pass(30_000);
  expect(new Set(stored.map(({ siteId }) => siteId)).size).toBe(39);
  expect(counted.get("resultRefused")).toBeGreaterThan(1);
  expect(warnings).toMatchObject([{ message: "result refused by the outbox", fields: { siteId: refused } }]);
  expect(letters).toHaveLength(counted.get("resultRefused") ?? 0);
  const [letter] = letters;
  if (letter?.value == null) throw new Error("the dead letter has no content");
  expect(deadLetterOrigin(letter)).toMatchObject({
    topic: "sitewire.checks",
    code: "22P05",
    reason: "no such character",
  });
  expect(JSON.parse(new TextDecoder().decode(letter.value))).toMatchObject({ siteId: refused });
});

test("a result of which the outbox takes not even the content still has a dead letter with its reason", async () => {
  const letters: Event[] = [];
  append = async (events) => {
    if (events.some(({ value }) => value !== null)) throw new RefusedError("22P05", "no such character");
    letters.push(...events);
  };
  start(checksTaking(0));
  await clock.pass(10_000);
  expect(letters.length).toBeGreaterThan(0);
  for (const letter of letters) expect(deadLetterOrigin(letter)).toMatchObject({ code: "22P05" });
});

test("a read of the sites that fails leaves the known ones checked", async () => {
  const group = { key: "table", sites: [site] };
  let reads = 0;
  start(checksTaking(0), {
    async *read() {
      reads += 1;
      if (reads > 1) throw new RefusedError("42P01", "relation does not exist");
      yield group;
    },
    onChanged: () => {},
  });
  await clock.pass(120_000);
  expect(reads).toBeGreaterThan(2);
  expect(stored.length).toBe(13);
});

test("of a site that two sources name the earlier has its way, and is taken out when nobody names it", async () => {
  const other = defineSite({ url: "https://other.example/", intervalMs: 10_000 });
  let table = [{ ...site, url: "https://example.org/table" }, other];
  let changed = (): void => {};
  const source: SiteSource = {
    async *read() {
      yield { key: "table", sites: table };
    },
    onChanged(listener) {
      changed = listener;
    },
  };
  start(checksTaking(0), joinedSites([fixedSites([site]), source]));
  await clock.pass(20_000);
  expect(new Set(stored.map(({ url }) => url))).toEqual(new Set([site.url, other.url]));
  table = [];
  changed();
  await clock.pass(1000);
  stored = [];
  await clock.pass(20_000);
  expect(new Set(stored.map(({ url }) => url))).toEqual(new Set([site.url]));
});

test("what can't be stored before the end is kept on the disk as far as it has room", async () => {
  append = async () => {
    throw new UnavailableError("no database");
  };
  start(checksTaking(0), manySites(5, 60_000));
  await clock.pass(1000);
  stop.abort();
  await clock.pass(20_000);
  expect(await ended).toEqual({ lostResults: 2 });
  expect(spilled).toHaveLength(3);
  expect(warnings).toContainEqual({
    message: "results kept on disk until the next start",
    fields: { results: 3, place: "the disk" },
  });
});

test("what an earlier run kept on the disk is stored once, and then taken off it", async () => {
  leftBehind = [aResult({ slot: "2026-11-23T12:00:00.000Z" })];
  const appended: string[] = [];
  append = async (events) => void appended.push(...events.map(({ headers }) => headers.ce_id ?? ""));
  start(checksTaking(0));
  await clock.pass(1000);
  expect(appended.filter((id) => id.includes("2026-11-23"))).toHaveLength(1);
  expect(leftBehind).toHaveLength(0);
});

test("no slot is checked twice, and none stays unchecked for long, however the clock is set and the process paused", async () => {
  const anEvent = fc.oneof(
    fc.record({ kind: fc.constant("pass" as const), ms: fc.integer({ min: 1, max: 40_000 }) }),
    fc.record({ kind: fc.constant("pause" as const), ms: fc.integer({ min: 1, max: 40_000 }) }),
    // Set to so far from the true time.
    fc.record({ kind: fc.constant("set" as const), ms: fc.integer({ min: -3_000_000, max: 3_000_000 }) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(anEvent, { maxLength: 12 }), fc.nat(12_000), async (events, takesMs) => {
      clock = new HeldClock(START_MS);
      stored = [];
      stop = new AbortController();
      start(checksTaking(takesMs), manySites(4, 10_000));
      let offsetMs = 0;
      for (const { kind, ms } of events) {
        if (kind === "pass") await clock.pass(ms);
        else if (kind === "pause") await clock.pause(ms);
        else {
          clock.jump(ms - offsetMs);
          offsetMs = ms;
        }
      }
      // Beyond all the clock has been through.
      clock.jump(4_000_000 - offsetMs);
      const before = stored.length;
      await clock.pass(60_000);
      stop.abort();
      await clock.pass(60_000);
      await ended;
      expectNoSlotTwice();
      expect(stored.length - before).toBeGreaterThanOrEqual(4 * 2);
    }),
    { numRuns: 40 },
  );
});

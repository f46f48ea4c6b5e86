// The rules themselves: a run in which all is well passes, and each way to break it is named by the rule it breaks.
import { expect, test } from "vitest";
import { LatencyHistogram } from "../../src/core/reporting/latency-histogram.ts";
import { knownResult, knownSites } from "./known-results.ts";
import type { Observation, RecordedResult, RollupRow } from "./observation.ts";
import { judge } from "./rules.ts";

const sites = knownSites(3, 2);
const load = { seed: 3, sites, firstSlotMs: Date.parse("2026-03-01T10:00:00.000Z") };
const sequences = [0, 1, 2];

/** Two sites with three results each, recorded as they should be. */
function aGoodRun(): Observation {
  const written = sites.flatMap(({ id }) => sequences.map((sequence) => ({ siteId: id, sequence })));
  const results = sites.flatMap((site) =>
    sequences.map((sequence): RecordedResult => {
      const result = knownResult(load.seed, site, sequence, load.firstSlotMs);
      return {
        ...result,
        identity: `${site.id}/${result.location}/${result.slot}`,
        errorMessage: result.error?.message ?? null,
      };
    }),
  );
  const outbox = results.map(({ siteId, identity }) => ({
    key: siteId,
    identity,
    published: true,
    parked: false,
  }));
  return {
    written,
    results,
    outbox,
    hourly: sites.map(({ id }) => rollupOf(results, id, "2026-03-01T10:00:00.000Z")),
    daily: sites.map(({ id }) => rollupOf(results, id, "2026-03-01T00:00:00.000Z")),
    states: new Map(
      sites.map(({ id }) => {
        const own = results.filter(({ siteId }) => siteId === id);
        return [`${id}/load`, own.at(-1)?.identity ?? ""];
      }),
    ),
    records: outbox.map(({ key, identity }, offset) => ({ partition: 0, offset, key, identity })),
    deadLetters: 0,
    offsets: [{ partition: 0, committed: outbox.length, end: outbox.length }],
  };
}

function rollupOf(results: readonly RecordedResult[], siteId: string, start: string): RollupRow {
  const own = results.filter((result) => result.siteId === siteId);
  const times = own.flatMap(({ responseTimeMs }) => (responseTimeMs === null ? [] : [responseTimeMs]));
  const count = (verdict: string): number => own.filter((result) => result.verdict === verdict).length;
  return {
    period: `${siteId}/load/${start}`,
    up: count("up"),
    degraded: count("degraded"),
    down: count("down"),
    responseTimeSumMs: times.reduce((sum, time) => sum + time, 0),
    responseTimes: times.length,
    latencies: histogramOf(times),
  };
}

function histogramOf(times: readonly number[]): string {
  const histogram = LatencyHistogram.empty();
  for (const time of times) histogram.add(time);
  return Buffer.from(histogram.toBytes()).toString("hex");
}

function brokenRules(found: Observation): readonly string[] {
  return judge(found, load)
    .filter(({ broken }) => broken.length > 0)
    .map(({ rule }) => rule);
}

test("a run in which all is well breaks no rule", () => {
  expect(brokenRules(aGoodRun())).toEqual([]);
});

test("a relay that repeats a stretch breaks no rule", () => {
  const good = aGoodRun();
  const records = [...good.records.slice(0, 3), ...good.records.slice(1)];
  const numbered = records.map((record, offset) => ({ ...record, offset }));
  const offsets = [{ partition: 0, committed: numbered.length, end: numbered.length }];
  expect(brokenRules({ ...good, records: numbered, offsets })).toEqual([]);
});

test("a lost row is found out", () => {
  const good = aGoodRun();
  const found = brokenRules({ ...good, results: good.results.slice(1) });
  expect(found).toContain("every identity in the outbox is one row of check_results");
  expect(found).toContain("offsets are committed to the end, and what is committed is recorded");
  expect(found).toContain("hourly counts and histograms equal a recount");
});

test("a row that nobody wrote is found out", () => {
  const good = aGoodRun();
  const [first] = good.results;
  if (first === undefined) throw new Error("no result");
  const made = { ...first, identity: first.identity.replace("load", "rolled-back"), location: "rolled-back" };
  expect(brokenRules({ ...good, results: [...good.results, made] })).toContain(
    "no row of check_results that nobody committed",
  );
});

test("a row that counts twice is found out", () => {
  const good = aGoodRun();
  const daily = good.daily.map((row) => ({ ...row, up: row.up + 1 }));
  expect(brokenRules({ ...good, daily })).toEqual(["daily counts and histograms equal a recount"]);
  const hourly = good.hourly.map((row) => ({ ...row, latencies: histogramOf([1, 2, 3]) }));
  expect(brokenRules({ ...good, hourly })).toEqual(["hourly counts and histograms equal a recount"]);
});

test("a column with another value is found out", () => {
  const good = aGoodRun();
  const results = good.results.map((row) => ({ ...row, attempts: row.attempts + 1 }));
  expect(brokenRules({ ...good, results })).toEqual(["every row holds what was written"]);
});

test("a record that overtakes an earlier one of its key is found out", () => {
  const good = aGoodRun();
  const [first, second, ...rest] = good.records;
  if (first === undefined || second === undefined) throw new Error("no records");
  expect(brokenRules({ ...good, records: [second, first, ...rest] })).toEqual([
    "the topic keeps the order of every key",
  ]);
});

test("a committed row that never reached the outbox is found out", () => {
  const good = aGoodRun();
  const written = [...good.written, { siteId: sites[0]?.id ?? "", sequence: 3 }];
  expect(brokenRules({ ...good, written })).toEqual([
    "the outbox holds what the application committed, in its order",
  ]);
});

test("a stale state, a dead letter, a row left in the outbox and an offset left behind are found out", () => {
  const good = aGoodRun();
  const stale = new Map([...good.states].map(([series]) => [series, good.results[0]?.identity ?? ""]));
  expect(brokenRules({ ...good, states: stale })).toEqual(["the state of every site is its latest result"]);
  expect(brokenRules({ ...good, deadLetters: 1 })).toEqual(["the dead-letter topic is empty"]);
  const outbox = good.outbox.map((row, place) => ({ ...row, published: place > 0 }));
  expect(brokenRules({ ...good, outbox })).toEqual(["the outbox has nothing left and nothing parked"]);
  expect(brokenRules({ ...good, offsets: [{ partition: 0, committed: 5, end: 6 }] })).toEqual([
    "offsets are committed to the end, and what is committed is recorded",
  ]);
});

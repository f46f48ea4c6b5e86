import { expect, test } from "vitest";
import type { CheckResult } from "../../../src/contract/checks/check-result.ts";
import { PhaseSums } from "../../../src/core/reporting/phase-sums.ts";
import { rollUp, rollUpFurther } from "../../../src/core/reporting/rollup.ts";
import { aResult } from "../../contract/a-result.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

function counted(given: Partial<CheckResult>) {
  const result = aResult(given);
  return { ...result, slotMs: Date.parse(result.slot) };
}

test("results are counted by site, place and hour, in one order whatever order they come in", () => {
  const results = [
    counted({
      url: "https://b.example/",
      slot: "2026-11-24T12:59:59.999Z",
      verdict: "down",
      responseTimeMs: null,
    }),
    counted({ url: "https://b.example/", slot: "2026-11-24T13:00:00.000Z" }),
    counted({ url: "https://a.example/", slot: "2026-11-24T12:00:00.000Z", verdict: "degraded" }),
    counted({ url: "https://b.example/", slot: "2026-11-24T12:30:00.000Z", responseTimeMs: 100 }),
    counted({ url: "https://b.example/", slot: "2026-11-24T12:30:00.000Z", location: "far" }),
  ];
  const told = (given: typeof results) =>
    rollUp(given, HOUR_MS).map(({ key, rollup }) => [
      key.siteId,
      new Date(key.startMs).toISOString(),
      key.location,
      [rollup.up, rollup.degraded, rollup.down, rollup.responseTimeSumMs, rollup.latencies.total],
    ]);
  const [b, , a] = results.map(({ siteId }) => siteId);
  const expected = [
    [a, "2026-11-24T12:00:00.000Z", "local", [0, 1, 0, 123.4, 1]],
    [b, "2026-11-24T12:00:00.000Z", "far", [1, 0, 0, 123.4, 1]],
    [b, "2026-11-24T12:00:00.000Z", "local", [1, 0, 1, 100, 1]],
    [b, "2026-11-24T13:00:00.000Z", "local", [1, 0, 0, 123.4, 1]],
  ].toSorted((left, right) =>
    `${left[0]} ${left[1]} ${left[2]}` < `${right[0]} ${right[1]} ${right[2]}` ? -1 : 1,
  );
  expect(told(results)).toEqual(expected);
  expect(told(results.toReversed())).toEqual(expected);
});

test("a slot before 1970 belongs to the hour it is in", () => {
  const [rolled] = rollUp([counted({ slot: "1969-12-31T23:59:59.000Z" })], HOUR_MS);
  expect(rolled?.key.startMs).toBe(-HOUR_MS);
});

test("hours add up to the days they are of", () => {
  const results = Array.from({ length: 100 }, (_, index) =>
    counted({
      slot: new Date(Date.UTC(2026, 10, 24) + index * HOUR_MS).toISOString(),
      responseTimeMs: 10 + index,
    }),
  );
  expect(rollUpFurther(rollUp(results, HOUR_MS), DAY_MS)).toEqual(rollUp(results, DAY_MS));
});

test("the phases of an hour are means over its checks, through storage and on into the day", () => {
  const timings = { dnsMs: 1, connectMs: 2, tlsMs: null, firstByteMs: 30, downloadMs: 7, totalMs: 40 };
  const results = [0, 1, 2].map((hour) =>
    counted({ slot: `2026-11-24T0${hour}:00:00.000Z`, timings: { ...timings, dnsMs: hour } }),
  );
  const [day] = rollUpFurther(rollUp(results, HOUR_MS), DAY_MS);
  const stored = PhaseSums.fromBytes(day?.rollup.phases.toBytes() ?? new Uint8Array());
  expect(stored.means(3)).toEqual({ dnsMs: 1, connectMs: 2, tlsMs: 0, firstByteMs: 30, downloadMs: 7 });
  expect(stored.means(0)).toBeNull();
});

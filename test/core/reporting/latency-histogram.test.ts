import fc from "fast-check";
import { expect, test } from "vitest";
import { LatencyHistogram } from "../../../src/core/reporting/latency-histogram.ts";

const SHARES = [0.5, 0.95, 0.99];
/** Milliseconds, from a cache next door to a timeout of ten minutes, at every scale alike. */
const latencies = fc.array(
  fc.double({ min: -2, max: Math.log10(600_000), noNaN: true }).map((exponent) => 10 ** exponent),
  { minLength: 1, maxLength: 500 },
);

function histogramOf(values: readonly number[]): LatencyHistogram {
  const histogram = LatencyHistogram.empty();
  for (const value of values) histogram.add(value);
  return histogram;
}

/** The value of nearest rank. */
function exact(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

test("every percentile is within 2 % of the exact one", () => {
  fc.assert(
    fc.property(latencies, (values) => {
      const percentiles = histogramOf(values).percentiles(SHARES);
      for (const [index, share] of SHARES.entries()) {
        const truth = exact(values, share);
        expect(Math.abs((percentiles[index] ?? Number.NaN) - truth) / truth).toBeLessThan(0.02);
      }
    }),
  );
});

test("adding up histograms is counting all their values in one", () => {
  fc.assert(
    fc.property(latencies, latencies, (some, others) => {
      const merged = histogramOf(some);
      merged.merge(histogramOf(others));
      expect(merged).toEqual(histogramOf([...some, ...others]));
    }),
  );
});

test("what is stored and read again is the same histogram", () => {
  fc.assert(
    fc.property(latencies, (values) => {
      const histogram = histogramOf(values);
      expect(LatencyHistogram.fromBytes(histogram.toBytes())).toEqual(histogram);
    }),
  );
});

test("a day of one site's latencies fits into few bytes", () => {
  const values = Array.from(
    { length: 1440 },
    (_, minute) => 80 + 40 * Math.sin(minute) + (minute % 97 === 0 ? 3000 : 0),
  );
  expect(histogramOf(values).toBytes().length).toBeLessThan(150);
});

test("an empty one has no percentiles and needs no bytes", () => {
  const empty = LatencyHistogram.empty();
  expect(empty.percentiles(SHARES)).toEqual([null, null, null]);
  expect(empty.toBytes()).toEqual(new Uint8Array());
  expect(LatencyHistogram.fromBytes(new Uint8Array()).total).toBe(0);
});

test("a latency of nothing, and one beyond all bounds, are counted", () => {
  const histogram = histogramOf([0, 1e12]);
  expect(histogram.total).toBe(2);
  expect(histogram.percentiles([0.5])[0]).toBeLessThan(0.002);
});

test("bytes that end in the middle of a number are refused", () => {
  expect(() => LatencyHistogram.fromBytes(Uint8Array.of(0x85))).toThrow(RangeError);
});

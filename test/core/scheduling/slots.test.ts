import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { phaseOf, slotAfter, slotAtOrBefore } from "../../../src/core/scheduling/slots.ts";

const aScheduledSite = fc.record({
  id: fc.uuid({ version: [4, 5] }),
  intervalMs: fc.integer({ min: 1000, max: 86_400_000 }),
});
const anInstant = fc.integer({ min: 0, max: 4_102_444_800_000 });

describe("a site's slots", () => {
  test("are the same instants whoever computes them, whenever they ask", () => {
    fc.assert(
      fc.property(aScheduledSite, anInstant, anInstant, (site, one, other) => {
        expect(Math.abs(slotAtOrBefore(site, one) - slotAtOrBefore(site, other)) % site.intervalMs).toBe(0);
      }),
    );
  });

  test("follow each other at the interval, with every instant in exactly one of them", () => {
    fc.assert(
      fc.property(aScheduledSite, anInstant, (site, instant) => {
        const slot = slotAtOrBefore(site, instant);
        expect(slot).toBeLessThanOrEqual(instant);
        expect(slotAfter(site, instant)).toBe(slot + site.intervalMs);
        expect(slotAfter(site, instant)).toBeGreaterThan(instant);
        expect(slotAtOrBefore(site, slot)).toBe(slot);
      }),
    );
  });

  test("begin at a phase that spreads sites over their interval", () => {
    const intervalMs = 60_000;
    const tenths = new Array<number>(10).fill(0);
    for (let index = 0; index < 10_000; index += 1) {
      const id = crypto.randomUUID();
      const tenth = Math.floor((phaseOf({ id, intervalMs }) / intervalMs) * 10);
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
    for (const count of tenths) expect(count).toBeGreaterThan(800);
  });
});

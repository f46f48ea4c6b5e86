import fc from "fast-check";
import { expect, test } from "vitest";
import { countDueSlots, dueSlots, type SchedulePeriod } from "../../../src/core/reporting/due-slots.ts";

const SITE = "0f0e0d0c-0b0a-4908-8706-050403020100";
const HOUR_MS = 3_600_000;

/** Periods without gaps from 0 on. */
const schedules = fc
  .array(
    fc.record({
      lengthMs: fc.integer({ min: 1, max: 5 * HOUR_MS }),
      intervalMs: fc.integer({ min: 1000, max: HOUR_MS }),
      paused: fc.boolean(),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map((parts) => {
    let fromMs = 0;
    return parts.map(({ lengthMs, intervalMs, paused }, index): SchedulePeriod => {
      const period = {
        fromMs,
        toMs: index === parts.length - 1 ? null : fromMs + lengthMs,
        intervalMs,
        paused,
      };
      fromMs += lengthMs;
      return period;
    });
  });

test("as many slots are counted in each period as are due in it, across changes of the schedule and pauses", () => {
  fc.assert(
    fc.property(schedules, fc.nat(HOUR_MS), fc.nat(8 * HOUR_MS), (schedule, fromMs, untilMs) => {
      const counts = countDueSlots(SITE, schedule, { fromMs, periodMs: HOUR_MS, periods: 6, untilMs });
      const listed = counts.map((_, index) => {
        const startMs = fromMs + index * HOUR_MS;
        const toMs = Math.min(startMs + HOUR_MS, untilMs);
        return dueSlots(SITE, schedule, { fromMs: startMs, toMs, most: 100_000 }).length;
      });
      expect(counts).toEqual(listed);
    }),
  );
});

test("of more slots than wanted the latest are listed", () => {
  const schedule = [{ fromMs: 0, toMs: null, intervalMs: 1000, paused: false }];
  const all = dueSlots(SITE, schedule, { fromMs: 0, toMs: 10_000, most: 100 });
  expect(all).toHaveLength(10);
  expect(dueSlots(SITE, schedule, { fromMs: 0, toMs: 10_000, most: 3 })).toEqual(all.slice(-3));
});

// The turns are real, the clock is held: what one callback after the other is told.
import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { EventArrivals } from "../../../../src/services/probing/attempt/event-arrival.ts";

function aLoop() {
  const clock = { now: 1000, idle: 500 };
  const arrivals = new EventArrivals({ nowMs: () => clock.now, idleMs: () => clock.idle });
  arrivals.watch();
  onTestFinished(() => arrivals.unwatch());
  return {
    arrivals,
    work(durationMs: number) {
      clock.now += durationMs;
    },
    idle(durationMs: number) {
      clock.now += durationMs;
      clock.idle += durationMs;
    },
  };
}

test("what ends an idle wait came when the wait ended", () => {
  const loop = aLoop();
  loop.idle(20);
  expect(loop.arrivals.now()).toEqual({ earliestMs: 1020, latestMs: 1020 });
});

test("the callbacks that follow tell of what had come before the first one, however long each takes", () => {
  const loop = aLoop();
  loop.idle(20);
  loop.arrivals.now();
  loop.work(50);
  expect(loop.arrivals.now()).toEqual({ earliestMs: 1020, latestMs: 1020 });
});

test("what was found waiting may have come at any time since the kernel was asked before", async () => {
  const loop = aLoop();
  loop.idle(20);
  // Callbacks of others, behind which the turn ends.
  loop.work(300);
  await nextTurn();
  loop.work(5);
  expect(loop.arrivals.now()).toEqual({ earliestMs: 1020, latestMs: 1325 });
});

test("work before an idle wait delays nothing that comes after it", async () => {
  const loop = aLoop();
  loop.work(300);
  await nextTurn();
  loop.work(5);
  loop.idle(40);
  const { earliestMs, latestMs } = loop.arrivals.now();
  expect(latestMs).toBe(1345);
  expect(latestMs - earliestMs).toBeLessThanOrEqual(5);
});

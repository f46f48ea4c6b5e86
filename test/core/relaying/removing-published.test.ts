import { expect, onTestFinished, test } from "vitest";
import { removePublishedRows } from "../../../src/core/relaying/removing-published.ts";
import { HeldClock } from "../../harness/held-clock.ts";

const log = { debug() {}, info() {}, warn() {}, error() {} };
const MINUTE_MS = 60_000;

/** An outbox in which rows are published at a steady rate, and how many of them are still there. */
function anOutbox(clock: HeldClock, rowsPerSecond: number) {
  let removedUntilMs = 0;
  return {
    reclaim: async () => true,
    left: () => ((clock.monotonicMs() - removedUntilMs) / 1000) * rowsPerSecond,
    async removePublished(olderThanMs: number, limit: number): Promise<number> {
      const untilMs = Math.max(removedUntilMs, clock.monotonicMs() - olderThanMs);
      const due = Math.floor(((untilMs - removedUntilMs) / 1000) * rowsPerSecond);
      const removed = Math.min(due, limit);
      removedUntilMs += (removed / rowsPerSecond) * 1000;
      return removed;
    },
  };
}

test.each([
  ["five seconds", 5_000],
  ["ten minutes", 10 * MINUTE_MS],
])("rows kept for %s never pile up, however fast they come", async (_what, keepPublishedMs) => {
  const clock = new HeldClock(0);
  const outbox = anOutbox(clock, 30_000);
  const stop = new AbortController();
  const removing = removePublishedRows({ queue: outbox, clock, log, keepPublishedMs }, stop.signal);
  onTestFinished(async () => {
    stop.abort();
    await removing;
  });
  await clock.pass(3 * keepPublishedMs);
  let most = 0;
  for (let step = 0; step < 60; step += 1) {
    await clock.pass(1_000);
    most = Math.max(most, outbox.left());
  }
  const wanted = (keepPublishedMs / 1000) * 30_000;
  expect(most).toBeGreaterThanOrEqual(wanted);
  expect(most).toBeLessThanOrEqual(1.25 * wanted);
});

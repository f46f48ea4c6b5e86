import { expect, onTestFinished, test } from "vitest";
import type { Log } from "../../../src/core/log.ts";
import { compareClocks } from "../../../src/core/scheduling/clock-comparison.ts";
import { HeldClock } from "../../harness/held-clock.ts";

const NOW_MS = Date.parse("2026-11-25T12:00:00.000Z");

test.each([
  ["ahead", 3_600_000],
  ["behind", -86_400_000],
])(
  "a monitor whose clock is %s of the database's is told at its start, and every hour again",
  async (_, byMs) => {
    const stage = aStage();
    stage.clock.jump(byMs);
    await stage.clock.pass(0);
    expect(stage.warnings).toEqual([{ aheadMs: byMs }]);
    await stage.clock.pass(3_600_000);
    expect(stage.warnings).toHaveLength(2);
  },
);

test("a clock that is right, or off by seconds, is not mentioned; one that is set wrong later is", async () => {
  const stage = aStage();
  stage.clock.jump(4000);
  await stage.clock.pass(3_600_000);
  expect(stage.warnings).toEqual([]);
  stage.clock.jump(60_000);
  await stage.clock.pass(3_600_000);
  expect(stage.warnings).toEqual([{ aheadMs: 64_000 }]);
});

test("a slow answer is no difference of clocks", async () => {
  const stage = aStage();
  stage.answersAfterMs = 20_000;
  await stage.clock.pass(60_000);
  expect(stage.warnings).toEqual([]);
});

function aStage() {
  const clock = new HeldClock(NOW_MS);
  const warnings: object[] = [];
  const ignore = (): void => {};
  const log: Log = { debug: ignore, info: ignore, error: ignore, warn: (fields) => warnings.push(fields) };
  const stage = { clock, warnings, answersAfterMs: 0 };
  const reference = {
    async nowMs(): Promise<number> {
      const nowMs = NOW_MS + clock.monotonicMs();
      if (stage.answersAfterMs > 0) await clock.sleep(stage.answersAfterMs);
      return nowMs;
    },
  };
  // Begins in the next turn, so that a test can set the clock before.
  const stop = new AbortController();
  const running = Promise.resolve().then(() => compareClocks({ reference, clock, log }, stop.signal));
  onTestFinished(async () => {
    stop.abort();
    await running;
  });
  return stage;
}

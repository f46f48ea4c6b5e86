import { getEventListeners } from "node:events";
import { describe, expect, test } from "vitest";
import { listenForAbort } from "../../../src/core/running/abort-listeners.ts";

describe("listeners for an abort", () => {
  test("are one on the signal, however many listen", () => {
    const { signal } = new AbortController();
    for (let times = 0; times < 50; times += 1) listenForAbort(signal, () => {});
    expect(getEventListeners(signal, "abort")).toHaveLength(1);
  });

  test("are all told, except those that have stopped, whatever the order in which they stop", () => {
    const abort = new AbortController();
    const told: number[] = [];
    const stops = Array.from({ length: 10 }, (_, index) =>
      listenForAbort(abort.signal, () => told.push(index)),
    );
    for (const index of [0, 9, 4, 4, 5]) stops[index]?.();
    abort.abort();
    expect(told.toSorted()).toEqual([1, 2, 3, 6, 7, 8]);
  });

  test("are told once, and may stop while they are told", () => {
    const abort = new AbortController();
    let told = 0;
    const stop = listenForAbort(abort.signal, () => {
      told += 1;
      stop();
    });
    abort.abort();
    abort.abort();
    expect(told).toBe(1);
  });
});

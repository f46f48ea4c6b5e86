import { expect, test } from "vitest";
import { faultSchedule, type ScheduleOptions } from "./schedule.ts";

const options: ScheduleOptions = {
  seed: 7,
  faults: 200,
  relays: 2,
  consumers: 3,
  longestMs: 10_000,
  longFreezes: 0.5,
  smallDisk: true,
};

test("the same seed gives the same schedule, and another seed another one", () => {
  expect(faultSchedule(options)).toEqual(faultSchedule(options));
  expect(faultSchedule({ ...options, seed: 8 })).not.toEqual(faultSchedule(options));
});

test("every kind of fault is in it, as often as was asked for", () => {
  const schedule = faultSchedule(options);
  expect(schedule).toHaveLength(200);
  const kinds = new Set(schedule.map(({ fault }) => fault.kind));
  expect([...kinds].sort()).toEqual([
    "cut",
    "delay",
    "fill-disk",
    "freeze",
    "join",
    "kill",
    "kill-broker",
    "kill-in-hand",
    "kill-pooler",
    "kill-postgres",
    "leave",
    "read-only",
    "slow",
    "stall",
  ]);
});

test("relays and consumers that leave always leave one behind", () => {
  const counts = { relay: 2, consumer: 3 };
  for (const { fault } of faultSchedule(options)) {
    if (fault.kind === "join") counts[fault.role] += 1;
    if (fault.kind === "leave") counts[fault.role] -= 1;
    expect(Math.min(counts.relay, counts.consumer)).toBeGreaterThanOrEqual(1);
  }
});

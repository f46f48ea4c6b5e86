import { beforeEach, expect, test } from "vitest";
import { LARGEST_WRITE, ResultBuffer } from "../../../src/core/scheduling/result-buffer.ts";
import { aResult } from "../../contract/a-result.ts";
import { HeldClock } from "../../harness/held-clock.ts";
import { quietLog } from "../../services/postgres/quiet-log.ts";

const GATHER_MS = 250;

let clock: HeldClock;
let buffer: ResultBuffer;
/** The sizes of the writes so far. */
let writes: number[];
let stored: number;

beforeEach(() => {
  clock = new HeldClock(0);
  writes = [];
  stored = 0;
  buffer = new ResultBuffer({
    storage: {
      outbox: { append: async (events) => void writes.push(events.length) },
      topic: "sitewire.checks",
      deadTopic: "sitewire.checks.dead",
      clock,
      log: quietLog,
      onRefused: () => {},
    },
    clock,
    gatherMs: GATHER_MS,
    capacity: 10_000,
    onStored: (results) => {
      stored += results.length;
    },
  });
});

function add(count: number): void {
  for (let added = 0; added < count; added += 1) buffer.add(aResult({}));
}

test("a result that comes alone is stored at once", async () => {
  add(1);
  await clock.pass(0);
  expect(stored).toBe(1);
  await clock.pass(10_000);
  add(1);
  await clock.pass(0);
  expect(stored).toBe(2);
});

test("a hundred results a second are stored in some four writes, none later than the gathering time", async () => {
  for (let moment = 0; moment < 100; moment += 1) {
    add(1);
    await clock.pass(10);
    expect(buffer.size).toBeLessThanOrEqual(GATHER_MS / 10);
  }
  expect(writes.length).toBeLessThanOrEqual(5);
});

test("results that fill a write wait for nothing", async () => {
  add(1);
  await clock.pass(0);
  add(3 * LARGEST_WRITE);
  await clock.pass(0);
  expect(writes).toEqual([1, LARGEST_WRITE, LARGEST_WRITE, LARGEST_WRITE]);
});

test("the end waits for no more results", async () => {
  add(1);
  await clock.pass(0);
  add(7);
  await buffer.drained();
  expect(writes).toEqual([1, 7]);
});

// What the relay promises, however its database, its log and other relays behave: on a held clock, so that every race is
// decided by the test.
import { expect, test, vi } from "vitest";
import { HeldClock } from "../../harness/held-clock.ts";
import { away, MemoryLines, MemoryLog, MemoryOutbox, refused, startRelay, unknown } from "./in-memory.ts";

function aGround(): { clock: HeldClock; outbox: MemoryOutbox; log: MemoryLog } {
  const clock = new HeldClock(0);
  return { clock, outbox: new MemoryOutbox(clock), log: new MemoryLog() };
}

test("rows are published in the order of their ids and marked", async () => {
  const { clock, outbox, log } = aGround();
  outbox.insert({ text: "a" }, { text: "b" }, { text: "c" });
  startRelay(clock, outbox, log);
  await clock.pass(1_000);
  expect(log.texts).toEqual(["a", "b", "c"]);
  expect(outbox.texts("published")).toEqual(["a", "b", "c"]);
});

test("what is acknowledged is marked at once, and only what is unknown is published again", async () => {
  const { clock, outbox, log } = aGround();
  outbox.insert({ text: "good", key: "a" }, { text: "stuck", key: "b" }, { text: "also good", key: "c" });
  log.decide = (text) => (text === "stuck" ? unknown : { kind: "acknowledged" });
  startRelay(clock, outbox, log);
  await clock.pass(60_000);
  expect(outbox.texts("published")).toEqual(["good", "also good"]);
  expect(log.texts).toEqual(["good", "also good"]);
  log.decide = () => ({ kind: "acknowledged" });
  await clock.pass(20_000);
  expect(log.texts).toEqual(["good", "also good", "stuck"]);
});

test("what is unknown holds back its own key and nothing else, also far behind it", async () => {
  const { clock, outbox, log } = aGround();
  outbox.insert(...Array.from({ length: 100 }, (_, index) => ({ text: `stuck ${index}`, key: "b" })));
  outbox.insert(...Array.from({ length: 100 }, (_, index) => ({ text: `good ${index}`, key: `k${index}` })));
  log.decide = (_, { key }) => (key === "b" ? unknown : { kind: "acknowledged" });
  startRelay(clock, outbox, log);
  await clock.pass(5_000);
  expect(log.texts).toHaveLength(100);
  log.decide = () => ({ kind: "acknowledged" });
  await clock.pass(20_000);
  const stuck = log.texts.filter((text) => text.startsWith("stuck"));
  expect(stuck).toEqual(Array.from({ length: 100 }, (_, index) => `stuck ${index}`));
});

test("tries of what is unknown are spaced out", async () => {
  const { clock, outbox, log } = aGround();
  outbox.insert({ text: "stuck" });
  log.decide = () => unknown;
  startRelay(clock, outbox, log);
  await clock.pass(60_000);
  expect(log.calls.length).toBeGreaterThan(5);
  expect(log.calls.length).toBeLessThan(15);
});

test("an earlier row whose fate is unknown is never overtaken by a later one of its key", async () => {
  const { clock, outbox, log } = aGround();
  let tries = 0;
  log.decide = (text) => (text === "1" && tries++ < 3 ? unknown : { kind: "acknowledged" });
  outbox.insert({ text: "1" });
  startRelay(clock, outbox, log);
  await clock.pass(100);
  outbox.insert({ text: "2" });
  await clock.pass(100);
  outbox.insert({ text: "3" });
  await clock.pass(30_000);
  expect(log.texts).toEqual(["1", "2", "3"]);
});

test("what follows a refused row under its key waits, in the same batch as well", async () => {
  const { clock, outbox, log } = aGround();
  outbox.insert({ text: "too large" }, { text: "next" }, { text: "other", key: "other" });
  log.decide = (text) => (text === "too large" ? refused() : { kind: "acknowledged" });
  startRelay(clock, outbox, log);
  await clock.pass(5_000);
  expect(log.texts).toEqual(["other"]);
  expect(outbox.texts("parked")).toEqual(["too large"]);
  expect(outbox.texts("unpublished")).toEqual(["next"]);
  log.decide = () => ({ kind: "acknowledged" });
  outbox.retryParked();
  await clock.pass(5_000);
  expect(log.texts).toEqual(["other", "too large", "next"]);
});

test("with afterParked pass, what follows a refused row goes on", async () => {
  const { clock, outbox, log } = aGround();
  outbox.afterParked = "pass";
  outbox.insert({ text: "too large" }, { text: "next" });
  log.decide = (text) => (text === "too large" ? refused() : { kind: "acknowledged" });
  startRelay(clock, outbox, log);
  await clock.pass(1_000);
  expect(log.texts).toEqual(["next"]);
  expect(outbox.texts("parked")).toEqual(["too large"]);
});

test("parked rows are told once a cause, with their number", async () => {
  const { clock, outbox, log } = aGround();
  const lines = new MemoryLines();
  log.decide = () => refused();
  startRelay(clock, outbox, log, { log: lines });
  for (let round = 0; round < 50; round += 1) {
    outbox.insert({ text: `${round}`, key: `k${round}` });
    await clock.pass(1_000);
  }
  await clock.pass(60_000);
  const told = lines.lines.filter(({ message }) => message === "outbox rows parked");
  expect(told).toMatchObject([
    { fields: { topic: "orders", code: "MESSAGE_TOO_LARGE", rows: 1 } },
    { fields: { topic: "orders", code: "MESSAGE_TOO_LARGE", rows: 49 } },
  ]);
});

test.each(["UNKNOWN_TOPIC_OR_PARTITION", "TOPIC_AUTHORIZATION_FAILED"])(
  "rows for a topic of Sitewire's own wait while it answers %s, and are not parked",
  async (code) => {
    const { clock, outbox, log } = aGround();
    outbox.insert({ text: "1", topic: "sitewire.checks" }, { text: "2", topic: "orders" });
    log.decide = () => refused(code);
    startRelay(clock, outbox, log, { waitsForTopic: (topic) => topic === "sitewire.checks" });
    await clock.pass(30_000);
    expect(outbox.texts("parked")).toEqual(["2"]);
    log.decide = () => ({ kind: "acknowledged" });
    await clock.pass(20_000);
    expect(log.texts).toEqual(["1"]);
  },
);

test("rows that were read before the lane passed to another relay are not published by the first", async () => {
  const { clock, outbox, log } = aGround();
  const slow = Promise.withResolvers<void>();
  outbox.insert({ text: "1" });
  outbox.readReturns = slow.promise;
  // The first relay's renewals fail from now on, so its lease ends.
  outbox.fault = (call, [owner]) => {
    if (call === "lease" && owner === "one" && clock.monotonicMs() > 0) away();
  };
  startRelay(clock, outbox, log, { owner: "one" });
  await clock.pass(31_000);
  outbox.readReturns = Promise.resolve();
  startRelay(clock, outbox, log, { owner: "two" });
  await clock.pass(1_000);
  expect(log.texts).toEqual(["1"]);
  outbox.insert({ text: "2" });
  await clock.pass(1_000);
  slow.resolve();
  await clock.pass(5_000);
  expect(log.texts).toEqual(["1", "2"]);
});

test("a publish is over before the lease of the lanes that it carries ends", async () => {
  const { clock, outbox, log } = aGround();
  const line = Promise.withResolvers<void>();
  log.writes = line.promise;
  outbox.insert({ text: "1" });
  outbox.fault = (call, [owner]) => {
    if (call === "lease" && owner === "one" && clock.monotonicMs() > 0) away();
  };
  startRelay(clock, outbox, log, { owner: "one" });
  await clock.pass(30_000);
  // Another relay may take the lanes from now on; the line works again.
  line.resolve();
  await clock.pass(10);
  expect(log.texts).toEqual([]);
});

test("a publish under way goes on while the lease is renewed", async () => {
  const { clock, outbox, log } = aGround();
  const line = Promise.withResolvers<void>();
  log.writes = line.promise;
  outbox.insert({ text: "1" });
  startRelay(clock, outbox, log);
  await clock.pass(120_000);
  line.resolve();
  await clock.pass(10);
  expect(log.texts).toEqual(["1"]);
  expect(log.calls).toHaveLength(1);
});

test("a lane that was lost and comes back is read from its start again", async () => {
  const { clock, outbox, log } = aGround();
  outbox.insert({ text: "1" });
  startRelay(clock, outbox, log, { owner: "one" });
  await clock.pass(5_000);
  let isAway = true;
  outbox.fault = (call) => {
    if (call === "lease" && isAway) away();
  };
  await clock.pass(40_000);
  outbox.insert({ text: "2" }, { text: "3" });
  await clock.pass(5_000);
  expect(log.texts).toEqual(["1"]);
  isAway = false;
  await vi.waitFor(async () => {
    await clock.pass(1_000);
    expect(log.texts).toEqual(["1", "2", "3"]);
  }, 15_000);
});

test("a database that comes and goes costs neither rows nor duplicates", async () => {
  const { clock, outbox, log } = aGround();
  let calls = 0;
  outbox.fault = (call) => {
    if (call !== "lease" && calls++ % 3 === 0) away();
  };
  outbox.insert(...Array.from({ length: 30 }, (_, index) => ({ text: `${index}` })));
  startRelay(clock, outbox, log);
  await vi.waitFor(async () => {
    await clock.pass(1_000);
    expect(outbox.texts("published")).toHaveLength(30);
  }, 15_000);
  expect(log.texts).toEqual(Array.from({ length: 30 }, (_, index) => `${index}`));
});

test("a row that the outbox will not let be marked is not published twice, and stops no other", async () => {
  const { clock, outbox, log } = aGround();
  outbox.insert({ text: "a", key: "a" }, { text: "cursed", key: "b" }, { text: "c", key: "c" });
  let isCursed = true;
  outbox.fault = (call, texts) => {
    if (call === "mark" && isCursed && texts.includes("cursed")) throw new Error("a trigger says no");
  };
  startRelay(clock, outbox, log);
  await clock.pass(30_000);
  expect(outbox.texts("published")).toEqual(["a", "c"]);
  expect(log.texts).toEqual(["a", "cursed", "c"]);
  isCursed = false;
  await clock.pass(20_000);
  expect(outbox.texts("published")).toEqual(["a", "cursed", "c"]);
  expect(log.texts).toEqual(["a", "cursed", "c"]);
});

test("a row that can't be parked is told by its id, and the others go on", async () => {
  const { clock, outbox, log } = aGround();
  const lines = new MemoryLines();
  outbox.insert({ text: "a", key: "a" }, { text: "cursed", key: "b" }, { text: "c", key: "c" });
  log.decide = (text) => (text === "c" ? { kind: "acknowledged" } : refused());
  outbox.fault = (call, texts) => {
    if (call === "park" && texts.includes("cursed")) throw new Error("index row requires 10048 bytes");
  };
  startRelay(clock, outbox, log, { log: lines });
  await clock.pass(10_000);
  expect(outbox.texts("published")).toEqual(["c"]);
  expect(outbox.texts("parked")).toEqual(["a"]);
  expect(lines.lines).toContainEqual({
    message: "outbox refuses to settle rows, retrying",
    fields: expect.objectContaining({ outboxId: "2", reason: "Error: index row requires 10048 bytes" }),
  });
});

test("rows that are inserted while a read is under way are not passed over", async () => {
  const { clock, outbox, log } = aGround();
  outbox.insert({ text: "1" });
  const slow = Promise.withResolvers<void>();
  outbox.readReturns = slow.promise;
  startRelay(clock, outbox, log);
  await clock.pass(500);
  outbox.insert({ text: "2" });
  await clock.pass(5_000);
  slow.resolve();
  await clock.pass(5_000);
  expect(log.texts).toEqual(["1", "2"]);
});

test("a relay that is told to stop finishes and marks the batch in hand", async () => {
  const { clock, outbox, log } = aGround();
  const line = Promise.withResolvers<void>();
  log.writes = line.promise;
  outbox.insert({ text: "1" });
  const { stop } = startRelay(clock, outbox, log);
  await clock.pass(1_000);
  const stopped = stop();
  line.resolve();
  await stopped;
  expect(outbox.texts("published")).toEqual(["1"]);
});

import { describe, expect, test } from "vitest";
import type { CheckResult } from "../../../src/contract/checks/check-result.ts";
import { DAY_MS } from "../../../src/contract/duration.ts";
import { checkResultEvent } from "../../../src/contract/events/cloud-events.ts";
import type { ConsumedEvent, Event } from "../../../src/contract/events/event.ts";
import type { EventPublisher, PublishOutcome } from "../../../src/core/events/ports.ts";
import { RefusedError, UnavailableError } from "../../../src/core/failures.ts";
import type { Log } from "../../../src/core/log.ts";
import { deadLetterOrigin } from "../../../src/core/recording/dead-letter.ts";
import type { ResultStore } from "../../../src/core/recording/ports.ts";
import { createRecorder } from "../../../src/core/recording/recorder.ts";
import { CountedLog } from "../../../src/core/running/counted-log.ts";
import { aResult } from "../../contract/a-result.ts";
import { aConsumedEvent } from "../../harness/consumed-event.ts";
import { HeldClock } from "../../harness/held-clock.ts";

const NOW_MS = Date.parse("2026-11-25T12:00:00.000Z");
const MINUTE_MS = 60_000;

describe("the recorder", () => {
  test("records what is good and buries what is bad, each with its own reason", async () => {
    const stage = aStage();
    await stage.record([
      carrying(),
      aConsumedEvent({ value: Buffer.from("no JSON") }),
      carrying({ slot: at(-2) }),
    ]);
    expect(stage.stored).toHaveLength(2);
    expect(stage.letters.map((letter) => deadLetterOrigin(letter)?.code)).toEqual(["unreadable"]);
    expect(stage.outcomes).toEqual([{ received: 3, inserted: 2, dead: 1 }]);
  });

  test("tries a batch again until a store that went away is back, and says so once", async () => {
    const stage = aStage();
    stage.storeFailures.push(...Array.from({ length: 4 }, () => new UnavailableError("down")));
    await stage.record([carrying()]);
    expect(stage.stored).toHaveLength(1);
    expect(stage.warnings("dependency unavailable, retrying")).toHaveLength(1);
    expect(stage.letters).toEqual([]);
  });

  test("finds by halving the results that the store refuses, and records all the others", async () => {
    const stage = aStage();
    stage.refuses = ({ statusCode }) => (statusCode === 666 ? new RefusedError("22003", "too large") : null);
    const events = Array.from({ length: 20 }, (_, minutes) =>
      carrying({ slot: at(-minutes), statusCode: minutes === 3 || minutes === 17 ? 666 : 200 }),
    );
    await stage.record(events);
    expect(stage.stored).toHaveLength(18);
    expect(stage.letters.map((letter) => deadLetterOrigin(letter)?.code)).toEqual(["22003", "22003"]);
  });

  test("sets aside the one result over which the store fails in a way nobody foresaw", async () => {
    const stage = aStage();
    stage.refuses = ({ statusCode }) => (statusCode === 666 ? new URIError("URI malformed") : null);
    await stage.record([carrying({ statusCode: 666 }), carrying({ slot: at(-1) })]);
    expect(stage.stored).toHaveLength(1);
    expect(stage.letters.map(deadLetterOrigin)).toMatchObject([
      { code: "unexpected", reason: "URI malformed" },
    ]);
  });

  test("sets aside an event whose bytes can't even be decoded", async () => {
    const stage = aStage();
    const broken = aConsumedEvent({ offset: 7n });
    Object.defineProperty(broken, "value", {
      get: () => {
        throw new RangeError("a record ends in the middle of a number");
      },
    });
    await stage.record([broken, carrying()]);
    expect(stage.stored).toHaveLength(1);
    expect(stage.letters.map(deadLetterOrigin)).toMatchObject([
      { code: "unexpected", offset: "7", reason: "a record ends in the middle of a number" },
    ]);
    expect(stage.letters[0]?.value).toBeNull();
  });

  test.each([
    [
      "in five minutes and a second",
      { slot: at(5, 1000) },
      "slot_in_future",
      /ahead of the consumer's clock: check the clock of the monitor in local/,
    ],
    [
      "in the year 9999",
      { slot: "9999-12-31T00:00:00.000Z" },
      "slot_in_future",
      /slot 9999-12-31T00:00:00.000Z is in year 9999/,
    ],
    [
      "in the year 0001",
      { slot: "0001-01-01T00:00:00.000Z" },
      "slot_too_old",
      /in year 1, before retention: results are kept for 90d/,
    ],
    ["checked in the year 9999", { checkedAt: "9999-12-31T00:00:00.000Z" }, "checked_in_future", /year 9999/],
  ])("refuses a slot %s", async (_what, given, code, reason) => {
    const stage = aStage();
    await stage.record([carrying(given), carrying({ slot: at(4) })]);
    expect(stage.stored).toMatchObject([{ slot: at(4) }]);
    const origins = stage.letters.map(deadLetterOrigin);
    expect(origins).toMatchObject([{ code }]);
    expect(origins[0]?.reason).toMatch(reason);
  });

  test("records a slot that was ahead once its time has come", async () => {
    const stage = aStage();
    await stage.record([carrying({ slot: at(60) })]);
    expect(stage.stored).toEqual([]);
    await stage.clock.pass(55 * MINUTE_MS);
    await stage.record([carrying({ slot: at(60) })]);
    expect(stage.stored).toHaveLength(1);
  });

  test("waits while the dead-letter topic may not be written, says so once, and then buries the whole letter", async () => {
    const stage = aStage();
    const refusal: PublishOutcome = {
      kind: "refused",
      code: "TOPIC_AUTHORIZATION_FAILED",
      reason: "not allowed",
    };
    // Refused whole and refused bare, three times over.
    stage.publishing.push(...Array.from({ length: 6 }, () => refusal));
    await stage.record([aConsumedEvent({ value: Buffer.from("no JSON") })]);
    expect(stage.letters.map(({ value }) => String(value))).toEqual(["no JSON"]);
    expect(stage.warnings("dependency unavailable, retrying")).toMatchObject([
      { what: "dead-letter topic", reason: "not allowed" },
    ]);
    expect(stage.outcomes).toHaveLength(1);
  });

  test("publishes a letter without its content when only the whole is refused", async () => {
    const stage = aStage();
    stage.publishing.push({ kind: "refused", code: "MESSAGE_TOO_LARGE", reason: "too large" });
    await stage.record([aConsumedEvent({ offset: 9n, value: Buffer.from("no JSON") })]);
    expect(stage.letters).toMatchObject([{ value: null, headers: { sitewire_dead_offset: "9" } }]);
  });

  test("publishes again only the letters whose fate is unknown", async () => {
    const stage = aStage();
    stage.publishing.push({ kind: "acknowledged" }, { kind: "unknown", reason: "no answer" });
    await stage.record([1n, 2n].map((offset) => aConsumedEvent({ offset, value: Buffer.from("no JSON") })));
    expect(stage.letters.map((letter) => deadLetterOrigin(letter)?.offset)).toEqual(["1", "2"]);
  });

  test("ends with the signal's reason while it waits, and reports nothing done", async () => {
    const stage = aStage();
    const stop = new AbortController();
    stage.storeFailures.push(...Array.from({ length: 1000 }, () => new UnavailableError("down")));
    const recording = stage.record([carrying()], stop.signal);
    stop.abort(new Error("stopping"));
    await expect(recording).rejects.toThrow("stopping");
    expect(stage.outcomes).toEqual([]);
  });

  test("logs one line a cause and minute for twenty thousand dead letters", async () => {
    const stage = aStage();
    const bad = Array.from({ length: 1000 }, () => aConsumedEvent({ value: Buffer.from("no JSON") }));
    for (let batch = 0; batch < 20; batch += 1) await stage.record(bad);
    await stage.clock.pass(MINUTE_MS);
    await stage.record(bad);
    expect(stage.warnings("messages set aside as dead letters")).toMatchObject([
      { code: "unreadable", count: 1000, topic: "topic", partition: 0 },
      { code: "unreadable", count: 20_000 },
    ]);
  });
});

/** An instant so many minutes from now. */
function at(minutes: number, plusMs = 0): string {
  return new Date(NOW_MS + minutes * MINUTE_MS + plusMs).toISOString();
}

function carrying(given: Partial<CheckResult> = {}): ConsumedEvent {
  return aConsumedEvent(checkResultEvent(aResult({ slot: at(0), ...given }), "topic"));
}

/** A recorder with a store and a dead-letter topic in memory. */
function aStage() {
  const clock = new HeldClock(NOW_MS);
  const stored: CheckResult[] = [];
  const letters: Event[] = [];
  const lines: { readonly fields: object; readonly message: string }[] = [];
  const keep = (fields: object, message: string): void => {
    lines.push({ fields, message });
  };
  const log: Log = { debug: keep, info: keep, warn: keep, error: keep };
  const outcomes: object[] = [];
  const stage = {
    clock,
    stored,
    letters,
    outcomes,
    /** What the next calls of the store fail with. */
    storeFailures: [] as Error[],
    /** What the next letters meet; then all are acknowledged. */
    publishing: [] as PublishOutcome[],
    refuses: (_result: CheckResult): Error | null => null,
    warnings: (message: string) =>
      lines.filter((line) => line.message === message).map(({ fields }) => fields),
    record: async (events: readonly ConsumedEvent[], signal = new AbortController().signal) => {
      await handle({ topic: "topic", partition: 0, events }, signal);
    },
  };
  const store: ResultStore = {
    async record(results) {
      const failure = stage.storeFailures.shift();
      if (failure !== undefined) throw failure;
      const batch = [...results];
      const refusal = batch.map((result) => stage.refuses(result)).find((error) => error !== null);
      if (refusal !== undefined) throw refusal;
      stored.push(...batch);
      return { inserted: batch.length };
    },
  };
  const deadLetters: EventPublisher = {
    async publish(events) {
      return events.map((event) => {
        const outcome = stage.publishing.shift() ?? { kind: "acknowledged" };
        if (outcome.kind === "acknowledged") letters.push(event);
        return outcome;
      });
    },
    async close() {},
  };
  const handle = createRecorder({
    store,
    deadLetters,
    deadTopic: "dead",
    originalTopic: "original",
    counted: new CountedLog(clock),
    window: { aheadMs: 5 * MINUTE_MS, keepMs: 90 * DAY_MS },
    clock,
    log,
    onRecorded: (outcome) => outcomes.push(outcome),
  });
  return stage;
}

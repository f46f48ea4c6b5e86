import { expect, test } from "vitest";
import type { ConsumedEvent } from "../../../../src/contract/events/event.ts";
import { eventually } from "../../../harness/eventually.ts";
import { anEvent, textOf } from "../events.ts";
import type { Ground } from "./ground.ts";

const GROUP = "recorders";

export function eventLogTests(ground: Ground): void {
  const topics = ["orders"];

  /** Consumes until `enough` says so of what was handled. */
  async function consume(
    enough: (events: readonly ConsumedEvent[]) => boolean,
  ): Promise<readonly ConsumedEvent[]> {
    const stop = new AbortController();
    const handled: ConsumedEvent[] = [];
    const source = ground.database.eventSource({ topics, group: GROUP });
    await source.run(async ({ topic, partition, events }) => {
      expect([topic, partition]).toEqual(["orders", 0]);
      handled.push(...events);
      if (enough(handled)) stop.abort();
    }, stop.signal);
    return handled;
  }

  test("events are consumed once, in order, also after a restart", async () => {
    await ground.database.logPublisher.publish(["1", "2", "3"].map((text) => anEvent({ text })));
    expect((await consume(({ length }) => length === 3)).map(textOf)).toEqual(["1", "2", "3"]);
    await ground.database.outbox.append([anEvent({ text: "4" })]);
    expect((await consume(({ length }) => length === 1)).map(textOf)).toEqual(["4"]);
  });

  test("an event knows its offset, its time, its key and its headers", async () => {
    await ground.database.logPublisher.publish([anEvent({ headers: { trace: "abc" } })]);
    const [event] = await consume(({ length }) => length === 1);
    expect(event).toMatchObject({ topic: "orders", partition: 0, key: "order-1", headers: { trace: "abc" } });
    expect(Math.abs((event?.timestampMs ?? 0) - Date.now())).toBeLessThan(60_000);
    expect(event?.offset).toBeGreaterThan(0n);
  });

  test("what arrives while the consumer waits is handed over without waiting for the poll", async () => {
    const consuming = consume(({ length }) => length === 2);
    await ground.database.logPublisher.publish([anEvent({ text: "first" })]);
    await ground.sql(
      "INSERT INTO outbox (topic_name, message_key, payload) VALUES ('orders', 'k', 'second')",
    );
    expect((await consuming).map(textOf)).toEqual(["first", "second"]);
  });

  test("an event of which no notification came is handed over by the poll", async () => {
    await ground.database.logPublisher.publish([anEvent({ text: "notified" })]);
    const stop = new AbortController();
    const handled: (string | null)[] = [];
    const source = ground.database.eventSource({ topics, group: GROUP });
    const running = source.run(async ({ events }) => void handled.push(...events.map(textOf)), stop.signal);
    await eventually("the first is handled", () => handled.length === 1);
    await ground.sql("ALTER TABLE outbox DISABLE TRIGGER outbox_notify");
    try {
      await ground.database.logPublisher.publish([anEvent({ text: "not notified" })]);
      await eventually("the other is handled", () => handled.length === 2);
    } finally {
      await ground.sql("ALTER TABLE outbox ENABLE TRIGGER outbox_notify");
    }
    stop.abort();
    await running;
    expect(handled).toEqual(["notified", "not notified"]);
  });

  test("a trickle is handed over together, and the first of it at once", async () => {
    const stop = new AbortController();
    const sizes: number[] = [];
    const source = ground.database.eventSource({ topics, group: GROUP, gatherMs: 60_000 });
    const running = source.run(async ({ events }) => void sizes.push(events.length), stop.signal);
    await ground.database.logPublisher.publish([anEvent({ text: "first" })]);
    await eventually("the first is handled", () => sizes.length > 0);
    for (const text of ["2", "3", "4"]) await ground.database.logPublisher.publish([anEvent({ text })]);
    stop.abort();
    await running;
    expect(sizes).toEqual([1]);
    expect(await consume(({ length }) => length === 3)).toHaveLength(3);
  });

  test("other topics are left for whoever reads them", async () => {
    await ground.database.logPublisher.publish([anEvent({ topic: "bills" }), anEvent({ text: "mine" })]);
    expect((await consume(({ length }) => length === 1)).map(textOf)).toEqual(["mine"]);
    const rows = await ground.sql("SELECT topic_name, published FROM outbox ORDER BY id");
    expect(rows).toEqual([
      { topic_name: "bills", published: false },
      { topic_name: "orders", published: true },
    ]);
  });

  test("a handler that fails ends the run with its reason, and its events are handed over again", async () => {
    await ground.database.logPublisher.publish([anEvent({ text: "hard" })]);
    const source = ground.database.eventSource({ topics, group: GROUP });
    const failing = source.run(() => Promise.reject(new Error("out of ideas")), new AbortController().signal);
    await expect(failing).rejects.toThrow("out of ideas");
    expect((await consume(({ length }) => length === 1)).map(textOf)).toEqual(["hard"]);
  });

  test("a batch in hand when the consumer is asked to stop is finished and not handed over again", async () => {
    await ground.database.logPublisher.publish([anEvent({ text: "in hand" })]);
    const stop = new AbortController();
    let finished = false;
    const source = ground.database.eventSource({ topics, group: GROUP });
    await source.run(async () => {
      stop.abort();
      await ground.sql("SELECT pg_sleep(0.05)");
      finished = true;
    }, stop.signal);
    expect(finished).toBe(true);
    expect(await ground.database.logLag({ topics, group: GROUP })).toMatchObject([{ lag: 0n }]);
  });

  test("two consumers of a group share nothing: one waits until the other has gone", async () => {
    const [first, second] = [new AbortController(), new AbortController()];
    const seen: string[] = [];
    const run = (name: string, stop: AbortController): Promise<void> =>
      ground.database.eventSource({ topics, group: GROUP }).run(async ({ events }) => {
        seen.push(...events.map((event) => `${name} ${textOf(event)}`));
      }, stop.signal);
    const running = [run("one", first), run("two", second)];
    await ground.database.logPublisher.publish([anEvent({ text: "1" })]);
    await eventually("the event is handled", () => seen.length > 0);
    await ground.database.logPublisher.publish([anEvent({ text: "2" })]);
    await eventually("the next is handled", () => seen.length > 1);
    first.abort();
    second.abort();
    await Promise.all(running);
    expect(seen.map((each) => each.split(" ")[1])).toEqual(["1", "2"]);
  });

  test("the lag counts what is not consumed yet", async () => {
    const { logLag, logPublisher } = {
      logLag: () => ground.database.logLag({ topics, group: GROUP }),
      logPublisher: ground.database.logPublisher,
    };
    expect(await logLag()).toMatchObject([{ topic: "orders", partition: 0, lag: 0n }]);
    await logPublisher.publish([anEvent(), anEvent(), anEvent({ topic: "bills" })]);
    const [before] = await logLag();
    expect(before?.lag).toBe(2n);
    expect((before?.end ?? 0n) - (before?.committed ?? 0n)).toBe(3n);
    await consume(({ length }) => length === 2);
    const [after] = await logLag();
    expect(after).toMatchObject({ lag: 0n, committed: after?.end });
  });

  test("reading a topic shows every event that is in it, consumed or not, and consumes none", async () => {
    const texts = Array.from({ length: 1500 }, (_, index) => String(index));
    await ground.database.logPublisher.publish(texts.map((text) => anEvent({ text, key: text })));
    await ground.database.logPublisher.publish([anEvent({ topic: "bills" })]);
    const read = async (): Promise<(string | null)[]> => {
      const events: ConsumedEvent[] = [];
      await ground.database.logReader.readAll(
        "orders",
        (chunk) => void events.push(...chunk),
        AbortSignal.timeout(60_000),
      );
      return events.map(textOf);
    };
    expect(await read()).toEqual(texts);
    await consume(({ length }) => length >= 1000);
    expect(await read()).toEqual(texts);
  });

  test("an event that the table can't hold is refused by itself; the others are published", async () => {
    const outcomes = await ground.database.logPublisher.publish([
      anEvent({ text: "fine" }),
      anEvent({ headers: { broken: "a\u0000b" } }),
    ]);
    expect(outcomes).toMatchObject([{ kind: "acknowledged" }, { kind: "refused", code: "22021" }]);
    expect((await consume(({ length }) => length === 1)).map(textOf)).toEqual(["fine"]);
  });

  test("a relay that is set up later publishes only what nobody has consumed", async () => {
    await ground.database.logPublisher.publish([
      anEvent({ text: "consumed" }),
      anEvent({ topic: "bills", text: "left" }),
    ]);
    await consume(({ length }) => length === 1);
    const queue = ground.database.outboxQueue({ afterParked: "wait" });
    const lanes = Array.from({ length: 64 }, (_, lane) => lane);
    const { rows } = await queue.readUnpublished(lanes, { afterId: 0n, maxRows: 10, maxBytes: 1 << 20 });
    expect(rows.map(({ event }) => textOf(event))).toEqual(["left"]);
  });
}

import { expect, onTestFinished, test } from "vitest";
import type { Event, EventHeaders } from "../../../../src/contract/events/event.ts";
import type { OutboxQueue, OutboxRow } from "../../../../src/core/relaying/ports.ts";
import { eventually } from "../../../harness/eventually.ts";
import { anEvent, textOf } from "../events.ts";
import type { Ground } from "./ground.ts";

const givenHeaders = ({ headers: { "event-id": _, ...given } }: Event): EventHeaders => given;
const ALL_LANES = Array.from({ length: 64 }, (_, lane) => lane);

export function outboxTests(ground: Ground): void {
  const queue = (afterParked: "wait" | "pass" = "wait"): OutboxQueue =>
    ground.database.outboxQueue({ afterParked });
  const readRows = async (from: OutboxQueue, lanes = ALL_LANES): Promise<readonly OutboxRow[]> =>
    (await from.readUnpublished(lanes, { afterId: 0n, maxRows: 1000, maxBytes: 1 << 20 })).rows;
  const texts = async (from: OutboxQueue): Promise<(string | null)[]> =>
    (await readRows(from)).map(({ event }) => textOf(event));
  const ids = async (from: OutboxQueue): Promise<bigint[]> => (await readRows(from)).map(({ id }) => id);

  test("events come out as they went in, in the order of their ids", async () => {
    const events = [
      anEvent({ text: '{"n": 1}', headers: { "content-type": "application/json", ü: "ä" } }),
      anEvent({ key: null, text: "no key" }),
      anEvent({ key: "", text: "" }),
      { ...anEvent(), value: null },
      { ...anEvent(), value: Uint8Array.from([0, 1, 254, 255]) },
      { ...anEvent(), value: Uint8Array.from([0xef, 0xbb, 0xbf, 0x61]) },
    ];
    await ground.database.outbox.append(events);
    const rows = await readRows(queue());
    expect(rows.map(({ event }) => ({ ...event, headers: givenHeaders(event) }))).toEqual(events);
    expect(rows.map(({ id }) => id)).toEqual(rows.map(({ id }) => id).toSorted((a, b) => Number(a - b)));
  });

  test("every event has an id of its own, the same at each reading, unless it was given one", async () => {
    await ground.database.outbox.append([
      anEvent(),
      anEvent(),
      anEvent({ headers: { ce_id: "mine" } }),
      anEvent({ headers: { "event-id": "mine" } }),
    ]);
    const headersRead = async () => (await readRows(queue())).map(({ event }) => event.headers);
    const [first, second, ...given] = await headersRead();
    expect(first?.["event-id"]).toMatch(/^[0-9a-f-]{36}\/\d+$/);
    expect(second?.["event-id"]).not.toBe(first?.["event-id"]);
    expect(given).toEqual([{ ce_id: "mine" }, { "event-id": "mine" }]);
    expect((await headersRead())[0]).toEqual(first);
  });

  test("a read is bounded by bytes as well as rows, and goes on behind the last row it saw", async () => {
    const text = "x".repeat(100_000);
    await ground.database.outbox.append(Array.from({ length: 10 }, () => anEvent({ text })));
    const seen: number[] = [];
    let afterId = 0n;
    for (;;) {
      const range = { afterId, maxRows: 4, maxBytes: 250_000 };
      const { rows, upToId } = await queue().readUnpublished(ALL_LANES, range);
      seen.push(rows.length);
      if (upToId === null) break;
      expect(upToId).toBe(rows.at(-1)?.id);
      afterId = upToId;
    }
    expect(seen).toEqual([3, 3, 3, 1]);
  });

  test("a row that is larger than the bound is read alone", async () => {
    await ground.database.outbox.append([anEvent({ text: "x".repeat(1_000_000) }), anEvent()]);
    const range = { afterId: 0n, maxRows: 10, maxBytes: 1_000 };
    const { rows } = await queue().readUnpublished(ALL_LANES, range);
    expect(rows.map(({ sizeBytes }) => sizeBytes > 1_000_000)).toEqual([true]);
  });

  test("a row of more than 32 MiB is not read, and says so", async () => {
    await ground.sql(
      "INSERT INTO outbox (topic_name, message_key, payload) VALUES ('orders', 'k', repeat('x', 33 << 20))",
    );
    const [row] = await readRows(queue());
    expect(row).toMatchObject({ event: { key: "k", value: null }, refusal: { code: "ROW_TOO_LARGE" } });
    expect(row?.refusal?.reason).toContain("more than 32 MiB");
  });

  test("a row with a key of 10 KB is parked, and later rows of its key wait", async () => {
    const key = "k".repeat(10_000);
    await ground.database.outbox.append([anEvent({ key, text: "1" }), anEvent({ key, text: "2" })]);
    const [first] = await ids(queue());
    await queue().park([{ id: first ?? 0n, code: "X", reason: "x" }]);
    expect(await texts(queue())).toEqual([]);
  });

  test("what waits behind a parked row is marked once, and freed with it, however it is dealt with", async () => {
    await ground.database.outbox.append(["1", "2", "3", "4"].map((text) => anEvent({ text })));
    const [first, second] = await ids(queue());
    await queue().park([{ id: first ?? 0n, code: "X", reason: "x" }]);
    expect(await texts(queue())).toEqual([]);
    const waiting = () =>
      ground.sql("SELECT count(*)::integer AS count FROM outbox WHERE waits_for IS NOT NULL");
    expect(await waiting()).toEqual([{ count: 3 }]);
    expect(await queue().backlog()).toMatchObject({ unpublished: 3, parked: 1 });
    await queue().retryParked([first ?? 0n]);
    expect(await waiting()).toEqual([{ count: 0 }]);
    await queue().markPublished([first ?? 0n]);
    await queue().park([{ id: second ?? 0n, code: "X", reason: "x" }]);
    expect(await texts(queue())).toEqual([]);
    await queue().discardParked("all");
    expect(await texts(queue())).toEqual(["3", "4"]);
  });

  test("a relay is told to read from the start when parked rows are released", async () => {
    await ground.database.outbox.append([anEvent()]);
    const [id] = await ids(queue());
    await queue().park([{ id: id ?? 0n, code: "X", reason: "x" }]);
    const before = await queue().horizon();
    await queue().retryParked("all");
    expect((await queue().horizon()).rewinds).not.toBe(before.rewinds);
  });

  test("text is stored as text, so that people can read the table", async () => {
    await ground.database.outbox.append([
      anEvent({ text: "größer" }),
      { ...anEvent(), value: Uint8Array.of(0xff) },
    ]);
    expect(
      await ground.sql("SELECT payload, payload_bytes IS NULL AS plain FROM outbox ORDER BY id"),
    ).toEqual([
      { payload: "größer", plain: true },
      { payload: null, plain: false },
    ]);
  });

  test("a foreign application inserts with plain SQL, with and without headers", async () => {
    await ground.sql(
      `INSERT INTO outbox (topic_name, message_key, payload) VALUES ('orders', 'order-7', '{"id": 7}')`,
    );
    await ground.sql(
      `INSERT INTO outbox (topic_name, headers, payload)
       VALUES ('orders', '{"trace": "abc", "attempt": 2}', jsonb_build_object('id', 8))`,
    );
    const rows = await readRows(queue());
    expect(
      rows.map(({ event }) => ({ ...event, headers: givenHeaders(event), value: textOf(event) })),
    ).toEqual([
      { topic: "orders", key: "order-7", headers: {}, value: '{"id": 7}' },
      { topic: "orders", key: null, headers: { trace: "abc", attempt: "2" }, value: '{"id": 8}' },
    ]);
  });

  test("an event that a text column can't hold is refused before anything is written", async () => {
    const impossible = anEvent({ key: "zero\u0000" });
    await expect(ground.database.outbox.append([anEvent(), impossible])).rejects.toMatchObject({
      name: "RefusedError",
      code: "22021",
    });
    expect(await texts(queue())).toEqual([]);
  });

  test("only the rows of the lanes asked for are read, and one key is always in one lane", async () => {
    const keys = Array.from({ length: 200 }, (_, index) => `key-${index % 50}`);
    await ground.database.outbox.append(keys.map((key) => anEvent({ key })));
    const rows = await readRows(queue());
    const laneOf = new Map(rows.map(({ event, lane }) => [event.key, lane]));
    for (const { event, lane } of rows) expect(lane).toBe(laneOf.get(event.key));
    expect(new Set(laneOf.values()).size).toBeGreaterThan(20);
    const some = ALL_LANES.slice(0, 16);
    const read = await readRows(queue(), some);
    expect(read).toEqual(rows.filter(({ lane }) => some.includes(lane)));
  });

  test("published rows are not read again; marking twice does no harm", async () => {
    await ground.database.outbox.append(["a", "b", "c"].map((text) => anEvent({ text })));
    const [first, second] = await ids(queue());
    await queue().markPublished([first ?? 0n, second ?? 0n]);
    await queue().markPublished([first ?? 0n]);
    expect(await texts(queue())).toEqual(["c"]);
  });

  test("a parked row is left out, and later rows of its key and topic wait for it", async () => {
    await ground.database.outbox.append([
      anEvent({ text: "before" }),
      anEvent({ text: "too large" }),
      anEvent({ text: "after" }),
      anEvent({ text: "other key", key: "order-2" }),
      anEvent({ text: "other topic", topic: "bills" }),
      anEvent({ text: "no key", key: null }),
    ]);
    const [, tooLarge] = await ids(queue());
    await queue().park([
      { id: tooLarge ?? 0n, code: "MESSAGE_TOO_LARGE", reason: "larger than 1 MiB\u0000" },
    ]);
    expect(await texts(queue("wait"))).toEqual(["before", "other key", "other topic", "no key"]);
    expect(await texts(queue("pass"))).toEqual(["before", "after", "other key", "other topic", "no key"]);
    expect(await queue().backlog()).toMatchObject({ unpublished: 5, parked: 1 });
  });

  test("a person sees parked rows with their reasons, and retries or discards them", async () => {
    await ground.database.outbox.append(["a", "b", "c"].map((key) => anEvent({ key, text: key })));
    const [a, b, c] = await ids(queue());
    const startedMs = Date.now();
    await queue().park(
      [a, b, c].map((id, index) => ({ id: id ?? 0n, code: `CODE_${index}`, reason: `reason ${index}` })),
    );
    const parked = await queue().parked(2);
    expect(parked.map(({ id, code, reason, event }) => [id, code, reason, textOf(event)])).toEqual([
      [a, "CODE_0", "reason 0", "a"],
      [b, "CODE_1", "reason 1", "b"],
    ]);
    expect(Math.abs((parked[0]?.parkedAtMs ?? 0) - startedMs)).toBeLessThan(60_000);
    expect(await queue().retryParked([a ?? 0n, 999_999n])).toBe(1);
    expect(await texts(queue())).toEqual(["a"]);
    expect(await queue().retryParked([a ?? 0n])).toBe(0);
    expect(await queue().discardParked([b ?? 0n])).toBe(1);
    expect(await queue().discardParked("all")).toBe(1);
    expect(await queue().parked(10)).toEqual([]);
    expect(await ground.sql("SELECT count(*)::integer AS count FROM outbox")).toEqual([{ count: 1 }]);
  });

  test("all parked rows can be retried at once, and their key goes on in order", async () => {
    await ground.database.outbox.append(["first", "second", "third"].map((text) => anEvent({ text })));
    const [first] = await ids(queue());
    await queue().park([{ id: first ?? 0n, code: "X", reason: "x" }]);
    expect(await texts(queue())).toEqual([]);
    expect(await queue().retryParked("all")).toBe(1);
    expect(await texts(queue())).toEqual(["first", "second", "third"]);
  });

  test("published rows are removed when they are old enough, a bounded number at a time", async () => {
    await ground.database.outbox.append(Array.from({ length: 5 }, () => anEvent()));
    const published = (await ids(queue())).slice(0, 4);
    await queue().markPublished(published);
    expect(await queue().removePublished(3_600_000, 10)).toBe(0);
    await ground.sql("UPDATE outbox SET published_at = now() - interval '2 hours' WHERE published");
    expect(await queue().removePublished(3_600_000, 3)).toBe(3);
    expect(await queue().removePublished(3_600_000, 3)).toBe(1);
    expect(await queue().removePublished(3_600_000, 3)).toBe(0);
    expect(await texts(queue())).toHaveLength(1);
  });

  test("the backlog tells the age of its oldest row, and of none", async () => {
    expect(await queue().backlog()).toEqual({ unpublished: 0, parked: 0, oldestAgeMs: null });
    await ground.sql(
      `INSERT INTO outbox (topic_name, payload, created_at) VALUES ('a', '', now() - interval '1 hour'), ('a', '', now())`,
    );
    const { unpublished, oldestAgeMs } = await queue().backlog();
    expect(unpublished).toBe(2);
    expect(Math.round((oldestAgeMs ?? 0) / 60_000)).toBe(60);
  });

  test("whoever relays hears of rows, whoever inserted them", async () => {
    const stop = new AbortController();
    onTestFinished(() => stop.abort());
    let heard = 0;
    queue().onInserted(() => {
      heard += 1;
    }, stop.signal);
    const hears = async (insert: () => Promise<unknown>): Promise<void> => {
      const before = heard;
      await insert();
      await eventually("the insert is heard", () => heard > before);
    };
    // The first may also be the listener's own word that it is connected now.
    await hears(() => ground.database.outbox.append([anEvent()]));
    await hears(() => ground.database.outbox.append([anEvent()]));
    await hears(() => ground.sql("INSERT INTO outbox (topic_name, payload) VALUES ('orders', '{}')"));
  });

  test("an application may have an outbox of its own, in a schema of its own", async () => {
    onTestFinished(async () => {
      await ground.sql("DROP SCHEMA shop CASCADE");
    });
    await ground.sql("CREATE SCHEMA shop");
    await ground.sql("SELECT create_outbox('shop.outbox')");
    const own = ground.database.outboxQueue({ table: "shop.outbox", afterParked: "wait" });
    const stop = new AbortController();
    onTestFinished(() => stop.abort());
    let heard = 0;
    own.onInserted(() => {
      heard += 1;
    }, stop.signal);
    await eventually("the listener is connected", async () => {
      await ground.sql("INSERT INTO shop.outbox (topic_name, payload) VALUES ('orders', 'in the shop')");
      return heard > 0;
    });
    await ground.database.outbox.append([anEvent({ text: "in ours" })]);
    expect(new Set(await texts(own))).toEqual(new Set(["in the shop"]));
    expect(await texts(queue())).toEqual(["in ours"]);
    expect(await own.leaseLanes("someone", 60_000)).toHaveLength(64);
    expect(await queue().leaseLanes("someone else", 60_000)).toHaveLength(64);
  });

  test("a name that is no table's is refused with what is accepted", () => {
    const open = () =>
      ground.database.outboxQueue({ table: "shop.outbox; DROP TABLE outbox", afterParked: "wait" });
    expect(open).toThrow(/is no outbox table: name it as table or schema.table/);
  });
}

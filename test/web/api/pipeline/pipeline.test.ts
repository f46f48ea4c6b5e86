// The pipeline over the API: what it shows, and how stuck messages go on, in the database's log and in Kafka.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  configuredKafka,
  openEventLog,
  resultTopics,
} from "../../../../src/apps/wiring/event-log/event-log.ts";
import { deadLetterListSchema } from "../../../../src/contract/api/pipeline/dead-letters.ts";
import { parkedRowListSchema } from "../../../../src/contract/api/pipeline/outbox.ts";
import { pipelineSchema } from "../../../../src/contract/api/pipeline/pipeline.ts";
import { defineSite } from "../../../../src/contract/checks/site.ts";
import { deadLetterOf } from "../../../../src/core/recording/dead-letter.ts";
import { ensureTopics } from "../../../../src/services/kafka/topics/topics.ts";
import { aConsumedEvent } from "../../../harness/consumed-event.ts";
import { aServer, type TestServer } from "../../../harness/server.ts";
import { sharedKafka } from "../../../harness/shared.ts";
import { aProgram, type Program } from "../a-program.ts";

const LEASE_MS = 60_000;

describe.each(["embedded", "kafka"] as const)("with the %s log", (kind) => {
  let server: TestServer;
  let editor: Program;
  const prefix = `t${randomUUID().slice(0, 8)}`;

  beforeAll(async () => {
    const kafka = kind === "kafka" ? { KAFKA_BROKERS: sharedKafka().brokers } : {};
    server = await aServer({ environment: { ...kafka, KAFKA_TOPIC_PREFIX: prefix } });
    editor = await aProgram(server);
    const { context } = server.resources;
    const settings = configuredKafka(context);
    if (settings !== null) await ensureTopics(settings, resultTopics(context));
    await publishDeadLetters(3);
  });

  afterAll(async () => {
    await server.close();
  });

  async function publishDeadLetters(count: number): Promise<void> {
    const log = await openEventLog(server.resources.context, server.database);
    const died = (index: number) =>
      deadLetterOf(
        aConsumedEvent({
          topic: `${prefix}.checks`,
          offset: BigInt(index),
          key: `k${index}`,
          value: new TextEncoder().encode(`broken ${index}`),
        }),
        { code: "not_json", reason: "is not JSON" },
        Date.now(),
        log.deadTopic,
      );
    await log.publisher.publish(Array.from({ length: count }, (_, index) => died(index)));
    if (kind === "kafka") await log.publisher.close();
  }

  const letters = async () =>
    deadLetterListSchema.parse(await (await editor.get("/api/v1/dead-letters")).json()).items;

  test("dead letters are listed with their reason, and discarded or published again once", async () => {
    const [discarded, ...open] = await letters();
    expect(open.map(({ origin }) => origin?.code)).toEqual(["not_json", "not_json"]);
    const values = [discarded, ...open].map((letter) => letter?.value);
    expect(values.sort()).toEqual(["broken 0", "broken 1", "broken 2"]);
    const settle = (how: string, ids: unknown) => editor.send("POST", `/api/v1/dead-letters/${how}`, { ids });
    expect(await (await settle("discard", [discarded?.id])).json()).toEqual({ count: 1 });
    expect((await letters()).map(({ id }) => id)).toEqual(open.map(({ id }) => id));
    const replay = (ids: unknown) => settle("replay", ids);
    expect(await (await replay([open[0]?.id])).json()).toEqual({ count: 1 });
    expect(await letters()).toHaveLength(1);
    expect((await replay([open[0]?.id])).status).toBe(409);
    expect(await (await replay("all")).json()).toEqual({ count: 1 });
    expect(await letters()).toEqual([]);
    const audit = await server.database.accounts.audit.list({ action: "dead-letters", limit: 10 });
    expect(audit.map(({ action }) => action)).toEqual([
      "dead-letters.replayed",
      "dead-letters.replayed",
      "dead-letters.discarded",
    ]);
  });

  test("a row that its topic refused waits for the relay again after a retry, and goes when it is discarded", async () => {
    const row = { topic: "elsewhere", headers: {}, value: new TextEncoder().encode("{}") };
    await server.database.outbox.append([
      { ...row, key: "k" },
      { ...row, key: "l" },
    ]);
    const queue = server.database.outboxQueue({ afterParked: "wait" });
    const lanes = Array.from({ length: 64 }, (_, lane) => lane);
    const { rows } = await queue.readUnpublished(lanes, { afterId: 0n, maxRows: 100, maxBytes: 1_000_000 });
    const reason = { code: "UNKNOWN_TOPIC", reason: "there is no such topic" };
    await queue.park(
      rows.filter(({ event }) => event.topic === "elsewhere").map(({ id }) => ({ id, ...reason })),
    );
    const list = async () =>
      parkedRowListSchema.parse(await (await editor.get("/api/v1/outbox/parked")).json()).items;
    const settle = async (how: string, ids: unknown) =>
      await (await editor.send("POST", `/api/v1/outbox/parked/${how}`, { ids })).json();
    const [first, second] = await list();
    expect(first).toMatchObject({ topic: "elsewhere", key: "k", code: "UNKNOWN_TOPIC" });
    expect(await settle("discard", [second?.id])).toEqual({ count: 1 });
    expect(await settle("retry", "all")).toEqual({ count: 1 });
    expect(await list()).toEqual([]);
    expect((await queue.backlog()).unpublished).toBeGreaterThan(0);
    const audit = await server.database.accounts.audit.list({ action: "outbox", limit: 10 });
    expect(audit.map(({ action }) => action)).toEqual(["outbox.retried", "outbox.discarded"]);
  });

  test("the picture names the monitors with their sites, and the log", async () => {
    const { database } = server;
    await database.sites.save([
      defineSite({ url: "https://one.example/" }),
      defineSite({ url: "https://two.example/" }),
    ]);
    await database.siteShards("berlin").lease("host/1/a", LEASE_MS);
    const picture = async () => pipelineSchema.parse(await (await editor.get("/api/v1/pipeline")).json());
    const { monitors, log, relay, outbox, consumer } = await picture();
    expect(monitors).toMatchObject([{ owner: "host/1/a", location: "berlin", shards: 256, sites: 2 }]);
    expect(log).toMatchObject({ kind, problem: null, topics: [{ name: `${prefix}.checks` }] });
    expect(relay === null).toBe(kind === "embedded");
    expect(consumer.lag).not.toBeNull();
    expect(outbox).toMatchObject({ parked: 0, ratePerSecond: null });
  });
});

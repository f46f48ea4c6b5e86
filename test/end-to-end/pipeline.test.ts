// The three apps as processes of their own, on real Kafka and real PostgreSQL.
import { afterEach, beforeEach, expect, test } from "vitest";
import { checkResultSchema } from "../../src/contract/checks/check-result.ts";
import { aDeployment, type Deployment } from "../harness/deployment.ts";
import { eventually } from "../harness/eventually.ts";
import { kcat, readTopic } from "../harness/kafka/kcat.ts";
import { aWebsite, type Website } from "../harness/servers/website.ts";

let deployment: Deployment;
let website: Website;

beforeEach(async () => {
  deployment = await aDeployment();
  website = await aWebsite();
});

afterEach(async () => {
  await deployment.remove();
  await website.goAway();
});

test("a check goes from the monitor through the relay and Kafka into PostgreSQL", async () => {
  await deployment.run("sites", "add", website.url, "--regexp", "Example", "--every", "1s");
  const apps = ["monitor", "relay", "consume"].map((name) => deployment.start(name));
  const [row] = await eventually(
    "three results are recorded",
    async () => {
      const rows = await deployment.query("SELECT * FROM site_monitor");
      return rows.length >= 3 && rows;
    },
    { timeoutMs: 30_000 },
  );
  expect(row).toMatchObject({ status_code: 200, has_regexp: true, comments: null });

  const [record] = await readTopic(deployment.brokers, deployment.topics.checks);
  const result = checkResultSchema.parse(JSON.parse(record?.value ?? ""));
  expect(record?.key).toBe(result.siteId);
  const headers = record?.headers.split(",");
  expect(headers).toContain("ce_specversion=1.0");
  expect(headers).toContain("ce_type=dev.sitewire.check.v1");
  expect(headers).toContain(`ce_id=${result.siteId}/local/${result.slot}`);
  expect(headers).toContain("content-type=application/json");

  const [monitor, relay, consumer] = apps;
  for (const app of [monitor, relay]) expect((await app?.stop())?.code).toBe(0);
  // What the relay sent as its last may be under way still: a consumer that is told to stop leaves it for the next.
  await eventually("the consumer has caught up", async () => {
    const { stdout } = await deployment.run("status", "--json");
    return JSON.parse(stdout).consumer.lag === 0;
  });
  expect((await consumer?.stop())?.code).toBe(0);
  const status = await deployment.run("status", "--json");
  expect(JSON.parse(status.stdout)).toMatchObject({
    sites: { enabled: 1, disabled: 0 },
    outbox: { unpublished: 0, parked: 0 },
    consumer: { lag: 0, partitions: 4 },
    openDeadLetters: 0,
  });
});

test("`up` does the same in one process, and says at once what it uses", async () => {
  const app = deployment.start("up", website.url, "--every", "1s");
  const line = await app.line(/sitewire started/);
  expect(line).toContain("PostgreSQL");
  expect(line).toContain("Kafka");
  expect(line).not.toContain("postgres-secret");
  await eventually(
    "a result is recorded",
    async () => (await deployment.query("SELECT * FROM check_results")).length > 0,
    { timeoutMs: 30_000 },
  );
  expect((await app.stop()).code).toBe(0);
});

test("rows that any application inserts are published to any topic, in order", async () => {
  await deployment.run("migrate");
  const topic = `${deployment.topics.checks}.foreign`;
  await kcat(["-b", deployment.brokers, "-t", topic, "-P"], "first\n");
  deployment.start("relay");
  await deployment.query(
    `INSERT INTO outbox (topic_name, message_key, payload, headers)
     SELECT $1, 'order-7', 'step ' || n, '{"trace":"abc"}' FROM generate_series(1, 50) AS n`,
    [topic],
  );
  const records = await eventually("all rows are in the topic", async () => {
    const found = await readTopic(deployment.brokers, topic);
    return found.length >= 51 && found;
  });
  const steps = records.filter(({ key }) => key === "order-7");
  expect(steps.map(({ value }) => value)).toEqual(Array.from({ length: 50 }, (_, n) => `step ${n + 1}`));
  expect(steps[0]?.headers).toMatch(/^trace=abc,event-id=[0-9a-f-]{36}\/\d+$/);
});

test("a row that its topic refuses is parked with the reason, and retried or discarded on demand", async () => {
  await deployment.run("migrate");
  const relay = deployment.start("relay");
  const missing = `${deployment.topics.checks}.missing`;
  const insert = "INSERT INTO outbox (topic_name, message_key, payload) VALUES ($1, $2, 'x') RETURNING id";
  const [first] = await deployment.query(insert, [missing, "a"]);
  const [second] = await deployment.query(insert, [missing, "b"]);
  const [fine] = await deployment.query(insert, [deployment.topics.checks, "c"]);
  const isPublished = async (row: Record<string, unknown> | undefined) =>
    (await deployment.query("SELECT published FROM outbox WHERE id = $1", [row?.id]))[0]?.published === true;
  await eventually("the good row is published", () => isPublished(fine), { timeoutMs: 30_000 });
  const parked = await eventually(
    "two rows are parked",
    async () => {
      const { stdout } = await deployment.run("outbox", "list", "--parked");
      return stdout.split("\n").filter((line) => line !== "").length === 2 && stdout;
    },
    { timeoutMs: 30_000 },
  );
  expect(parked).toContain(missing);
  expect(parked).toMatch(/UNKNOWN_TOPIC/i);

  await kcat(["-b", deployment.brokers, "-t", missing, "-P"], "now it exists\n");
  // The relay remembers for a moment that a topic was missing: a row that is retried that soon may be parked once more.
  const retried = async (): Promise<boolean> => {
    await deployment.run("outbox", "retry", String(first?.id));
    return await isPublished(first);
  };
  expect(await deployment.run("outbox", "retry", String(first?.id))).toMatchObject({ code: 0 });
  await eventually("the retried row is published", retried, { timeoutMs: 60_000, intervalMs: 1000 });
  expect(await deployment.run("outbox", "discard", String(second?.id))).toMatchObject({ code: 0 });
  expect(await deployment.run("outbox", "discard", String(second?.id))).toMatchObject({ code: 1 });
  expect((await relay.stop()).code).toBe(0);
});

test("messages that can't be recorded are set aside with their reason, listed, replayed and discarded", async () => {
  const { brokers, topics } = deployment;
  const consumer = deployment.start("consume");
  await consumer.line(/consumer started/);
  const produce = (key: string, value: string) =>
    kcat(["-b", brokers, "-t", topics.checks, "-k", key, "-P"], value);
  await eventually("the topic is there", () => produce("bad", "this is not JSON\n").then(() => true));
  await produce("bad", '{"siteId":"nobody"}\n');
  // One line a cause: the second message is counted, and its own reason is in its dead letter.
  await consumer.line(/messages set aside as dead letters/);
  const listed = await eventually("both are listed", async () => {
    const { stdout } = await deployment.run("dead-letters", "list", "--json");
    const lines = stdout.split("\n").filter((line) => line !== "");
    return (
      lines.length === 2 &&
      lines.map((line): { id: string; origin: object; value: string } => JSON.parse(line))
    );
  });
  const notJson = listed.find(({ value }) => value.startsWith("this is not"));
  expect(notJson?.origin).toMatchObject({ topic: topics.checks, code: "unreadable" });
  const notAResult = listed.find(({ value }) => value.startsWith("{"));
  expect(notAResult?.origin).toMatchObject({ reason: expect.stringContaining("not a check result") });
  const shown = await deployment.run("dead-letters", "show", notJson?.id ?? "");
  expect(JSON.parse(shown.stdout)).toMatchObject({ key: "bad", value: "this is not JSON" });

  expect(await deployment.run("dead-letters", "discard", notJson?.id ?? "")).toMatchObject({ code: 0 });
  const replayed = await deployment.run("dead-letters", "replay", "--all");
  expect(replayed).toMatchObject({ code: 0, stdout: "replayed 1" });
  await eventually("what is still wrong is back, under a new id", async () => {
    const { stdout } = await deployment.run("dead-letters", "list", "--json");
    const lines = stdout.split("\n").filter((line) => line !== "");
    return lines.length === 1 && !listed.some(({ id }) => lines[0]?.includes(`"${id}"`));
  });
  expect((await consumer.stop()).code).toBe(0);
});

// From a site that fails to the message that tells of it: one process, real PostgreSQL, a receiver that checks.
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { eventually } from "../harness/eventually.ts";
import { startWebhookReceiver, type WebhookReceiver } from "../harness/servers/webhook-receiver.ts";
import { aWebsite, serving, type Website } from "../harness/servers/website.ts";
import { sharedPostgres } from "../harness/shared.ts";
import { type RunningSitewire, sitewire, startSitewire } from "../harness/sitewire.ts";
import { removeFolder, temporaryFolder } from "../harness/temporary-folder.ts";
import { plainSql } from "../services/postgres/ground.ts";

const SECRET = "a secret of the test";

let folder: string;
let website: Website;
let environment: Readonly<Record<string, string>>;

beforeEach(async () => {
  folder = await temporaryFolder("alerts");
  website = await aWebsite();
  const database = await sharedPostgres().createDatabase();
  environment = { DATABASE_URL: database.url };
  onTestFinished(async () => {
    await website.goAway();
    await database.drop();
    await removeFolder(folder);
  });
});

interface Given {
  readonly channels: Readonly<Record<string, string>>;
  readonly route: object;
}

async function up({ channels, route }: Given): Promise<RunningSitewire> {
  const settings = {
    sites: [{ url: website.url, name: "shop", every: "1s" }],
    channels: Object.fromEntries(
      Object.entries(channels).map(([name, url]) => [name, { type: "webhook", url, secret: SECRET }]),
    ),
    routes: [route],
  };
  await writeFile(path.join(folder, "sitewire.yaml"), JSON.stringify(settings));
  const app = startSitewire(["up"], { folder, environment });
  onTestFinished(async () => {
    await app.stop("SIGKILL");
  });
  await app.line(/"verdict":"up"/);
  return app;
}

async function receiver(statuses: readonly number[] = []): Promise<WebhookReceiver> {
  const started = await startWebhookReceiver(SECRET, statuses);
  onTestFinished(() => started.close());
  return started;
}

const told = ({ received }: WebhookReceiver) => received.map(({ kind }) => kind);

test("an outage is told once, signed, with what is broken in its first line, and its end to the same people", async () => {
  const ops = await receiver();
  await up({ channels: { ops: ops.url }, route: { channels: ["ops"], wait: "0s" } });
  website.answers(serving("out of order", 503));
  await eventually("it is told", () => ops.received.length === 1, { timeoutMs: 30_000 });
  website.answers(serving("well again"));
  await eventually("its end is told", () => ops.received.length === 2, { timeoutMs: 30_000 });
  expect(told(ops)).toEqual(["opened", "resolved"]);
  expect(ops.received.every(({ isSigned }) => isSigned)).toBe(true);
  expect(ops.received[0]?.title).toMatch(
    /^DOWN shop since \d{4}-\d\d-\d\d \d\d:\d\d UTC: status: expected 200-399, found 503\. Next: check the application and its load$/,
  );
  expect(ops.received[1]?.title).toMatch(/^RESOLVED shop: up again after \d+/);
});

test("an outage that is over before the first message tells nobody", async () => {
  const ops = await receiver();
  await up({ channels: { ops: ops.url }, route: { channels: ["ops"], wait: "1h" } });
  website.answers(serving("out of order", 503));
  const opened = async () => (await incidents("--open")).includes("shop");
  await eventually("an incident opens", opened, { timeoutMs: 30_000 });
  website.answers(serving("well again"));
  const resolved = async () => (await incidents()).includes("resolved");
  await eventually("it resolves", resolved, { timeoutMs: 30_000 });
  expect(told(ops)).toEqual([]);
});

test("a channel that is busy is tried again, and one that refuses is followed by the next", async () => {
  const [first, second] = [await receiver([503, 404]), await receiver()];
  await up({
    channels: { first: first.url, second: second.url },
    route: { channels: ["first"], wait: "0s", escalate: [{ after: "1s", channels: ["second"] }] },
  });
  website.answers(serving("out of order", 503));
  await eventually("the next is told", () => second.received.length > 0, { timeoutMs: 30_000 });
  await eventually("the first was tried twice", () => first.received.length === 2, { timeoutMs: 30_000 });
  expect(told(second)).toEqual(["escalated"]);
});

test("an acknowledged incident escalates to nobody", async () => {
  const [ops, chief] = [await receiver(), await receiver()];
  await up({
    channels: { ops: ops.url, chief: chief.url },
    route: { channels: ["ops"], wait: "0s", escalate: [{ after: "1m", channels: ["chief"] }] },
  });
  website.answers(serving("out of order", 503));
  await eventually("it is told", () => ops.received.length === 1, { timeoutMs: 30_000 });
  const [id = ""] = (await incidents("--open")).split(" ");
  const acknowledged = await sitewire(["incidents", "acknowledge", id, "--by", "ada"], {
    folder,
    environment,
  });
  expect(acknowledged.code).toBe(0);
  const sql = await plainSql(environment.DATABASE_URL ?? "");
  const escalation = async () =>
    (await sql("SELECT state, reason FROM notification_deliveries WHERE kind = 'escalated'"))[0];
  await eventually("the escalation is cancelled", async () => (await escalation())?.state === "cancelled");
  expect(await escalation()).toMatchObject({ reason: "acknowledged by ada" });
  website.answers(serving("well again"));
  await eventually("its end is told", () => ops.received.length === 2, { timeoutMs: 30_000 });
  expect(told(chief)).toEqual([]);
});

test("a route to a channel that is not there is one line, and exit code 2", async () => {
  await writeFile(
    path.join(folder, "sitewire.yaml"),
    JSON.stringify({
      channels: { ops: { type: "webhook", url: "https://o.example/" } },
      routes: [{ channels: ["opps"] }],
    }),
  );
  const ended = await sitewire(["notify"], { folder, environment });
  expect(ended.stderr).toBe(
    'sitewire: routes[0].channels names "opps": there is no channel of that name; channels are: ops',
  );
  expect(ended.code).toBe(2);
});

async function incidents(...args: string[]): Promise<string> {
  return (await sitewire(["incidents", "list", ...args], { folder, environment })).stdout;
}

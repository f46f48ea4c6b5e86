// Services that keep an alert of their own: the right call for each step, found again by the same key.
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { channelSettingsSchema } from "../../../src/contract/alerting/channel-settings.ts";
import type { Notice } from "../../../src/core/alerting/wording/notice.ts";
import { createChannel } from "../../../src/services/channels/create-channel.ts";
import { HeldClock } from "../../harness/held-clock.ts";
import { aWebsite, type Website } from "../../harness/servers/website.ts";
import { aDigest, aNotice, NOTICES } from "./notices.ts";

const NOW_MS = Date.parse("2026-12-06T02:20:00Z");
const ID = "0a6f2f0e-8c5c-5a3e-9d8e-0b0f6d6d1c11";

let website: Website;
let calls: { readonly call: string; readonly body: unknown }[];

beforeEach(async () => {
  website = await aWebsite();
  calls = [];
  website.answers((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on("end", () => {
      calls.push({ call: `${request.method} ${request.url}`, body: JSON.parse(body) });
      response.writeHead(202).end();
    });
  });
  onTestFinished(() => website.goAway());
});

async function send(settings: object, ...notices: readonly Notice[]): Promise<void> {
  const parsed = channelSettingsSchema.parse({ url: website.url, ...settings });
  const channel = createChannel(parsed, { clock: new HeldClock(NOW_MS) });
  for (const notice of notices) {
    expect(await channel.send(notice, new AbortController().signal)).toEqual({ kind: "sent" });
  }
}

function theTest(): Notice {
  const notice = NOTICES["a test"];
  if (notice === undefined) throw new Error("there is no such notice");
  return notice;
}

const pagerduty = { type: "pagerduty", routingKey: "a-key" };
const opsgenie = { type: "opsgenie", apiKey: "a-key" };
const alertmanager = { type: "alertmanager" };

const pagerDutyEvents = () =>
  z.array(z.object({ event_action: z.string(), dedup_key: z.string() })).parse(calls.map(({ body }) => body));

test("PagerDuty is told of the beginning, the worsening and the end of one incident", async () => {
  await send(
    pagerduty,
    aNotice("opened", { severity: "degraded" }),
    aNotice("worsened"),
    aNotice("reminder", { state: "acknowledged", acknowledgedBy: "ada" }),
    aNotice("resolved"),
  );
  expect(pagerDutyEvents().map(({ event_action }) => event_action)).toEqual([
    "trigger",
    "trigger",
    "acknowledge",
    "resolve",
  ]);
  expect(new Set(pagerDutyEvents().map(({ dedup_key }) => dedup_key))).toEqual(new Set([`sitewire-${ID}`]));
  expect(calls[0]?.body).toMatchObject({ payload: { severity: "warning" } });
  expect(calls[1]?.body).toMatchObject({ payload: { severity: "critical" } });
});

test("PagerDuty is told of a digest incident by incident, so that each can end alone", async () => {
  await send(pagerduty, aDigest(50));
  expect(new Set(pagerDutyEvents().map(({ dedup_key }) => dedup_key)).size).toBe(50);
});

test("a test leaves nothing open at PagerDuty and Opsgenie", async () => {
  await send(pagerduty, theTest());
  expect(pagerDutyEvents().map(({ event_action }) => event_action)).toEqual(["trigger", "resolve"]);
  calls = [];
  await send(opsgenie, theTest());
  expect(calls.map(({ call }) => call)).toEqual([
    "POST /v2/alerts",
    "POST /v2/alerts/sitewire-test/close?identifierType=alias",
  ]);
});

test("Opsgenie's alert is created, raised in priority, and closed by its alias", async () => {
  await send(opsgenie, aNotice("opened", { severity: "degraded" }), aNotice("worsened"), aNotice("resolved"));
  expect(calls.map(({ call }) => call)).toEqual([
    "POST /v2/alerts",
    "POST /v2/alerts",
    `PUT /v2/alerts/sitewire-${ID}/priority?identifierType=alias`,
    `POST /v2/alerts/sitewire-${ID}/close?identifierType=alias`,
  ]);
  expect(calls[0]?.body).toMatchObject({ alias: `sitewire-${ID}`, priority: "P3" });
  expect(calls[2]?.body).toEqual({ priority: "P1" });
});

const alertsSchema = z.array(
  z.object({ labels: z.record(z.string(), z.string()), startsAt: z.string(), endsAt: z.string() }),
);
const alerts = () => calls.map(({ body }) => alertsSchema.parse(body));
const isActive = ({ endsAt }: { readonly endsAt: string }) => Date.parse(endsAt) > NOW_MS;

test("an alert of Alertmanager lasts until Sitewire ends it, and keeps its labels", async () => {
  await send(alertmanager, aNotice("opened"), aNotice("resolved"));
  const [[opened] = [], resolved = []] = alerts();
  expect(opened?.startsAt).toBe("2026-12-06T02:03:00.000Z");
  expect(opened === undefined ? false : isActive(opened)).toBe(true);
  expect(resolved.filter(isActive)).toEqual([]);
  expect(resolved.map(({ labels }) => labels)).toContainEqual(opened?.labels);
  expect(resolved.at(-1)?.endsAt).toBe("2026-12-06T02:13:00.000Z");
});

test("an incident that worsened ends Alertmanager's alert of the lower severity", async () => {
  await send(alertmanager, aNotice("opened", { severity: "degraded" }), aNotice("worsened"));
  const [[degraded] = [], worsened = []] = alerts();
  expect(worsened.find(({ labels }) => labels.severity === "warning")?.labels).toEqual(degraded?.labels);
  expect(worsened.filter(isActive).map(({ labels }) => labels.severity)).toEqual(["critical"]);
});

test("Alertmanager gets a digest as one request", async () => {
  await send(alertmanager, aDigest(50));
  expect(alerts().map(({ length }) => length)).toEqual([50]);
});

test("Google Chat has one thread an incident, and a Matrix transaction each message", async () => {
  await send({ type: "googlechat" }, aNotice("opened"), aNotice("resolved"));
  expect(calls.map(({ body }) => body)).toMatchObject([
    { thread: { threadKey: ID } },
    { thread: { threadKey: ID } },
  ]);
  calls = [];
  const matrix = { type: "matrix", token: "a-token", room: "!room:example.org" };
  await send(matrix, aNotice("opened"), aNotice("opened"), aNotice("resolved"));
  expect(calls.map(({ call }) => call.split("/").at(-1))).toEqual([
    "message-opened",
    "message-opened",
    "message-resolved",
  ]);
});

test("the Apprise API without that configuration counts as a refusal", async () => {
  website.answers((_request, response) => response.writeHead(204).end());
  const parsed = channelSettingsSchema.parse({ type: "apprise", url: website.url, key: "ops" });
  const channel = createChannel(parsed, { clock: new HeldClock(NOW_MS) });
  expect(await channel.send(aNotice("opened"), new AbortController().signal)).toMatchObject({
    kind: "refused",
  });
});

const acknowledgedByAda = { state: "acknowledged", acknowledgedBy: "ada" } as const;

test("PagerDuty and Opsgenie are told of an acknowledgement, and nobody is called anew", async () => {
  await send(pagerduty, aNotice("opened"), aNotice("acknowledged", acknowledgedByAda));
  expect(pagerDutyEvents().map(({ event_action }) => event_action)).toEqual(["trigger", "acknowledge"]);
  calls = [];
  await send(opsgenie, aNotice("opened"), aNotice("acknowledged", acknowledgedByAda));
  expect(calls.map(({ call }) => call)).toEqual([
    "POST /v2/alerts",
    `POST /v2/alerts/sitewire-${ID}/acknowledge?identifierType=alias`,
  ]);
  expect(calls[1]?.body).toMatchObject({ user: "ada" });
});

describe("Slack by a bot", () => {
  const bot = { type: "slack", token: "xoxb-a-token", channel: "C1" };
  const botChannel = () =>
    createChannel(channelSettingsSchema.parse({ ...bot, apiUrl: website.url }), {
      clock: new HeldClock(NOW_MS),
    });
  const answering = (answer: string, status = 200): void =>
    website.answers((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => {
        body += chunk.toString();
      });
      request.on("end", () => {
        calls.push({ call: `${request.method} ${request.url}`, body: JSON.parse(body) });
        response.writeHead(status).end(answer);
      });
    });
  const sent = (notice: Notice) => botChannel().send(notice, new AbortController().signal);

  test("begins a thread, and answers in it with what concerns everybody shown in the channel too", async () => {
    answering('{"ok":true,"ts":"1700000000.000100"}');
    expect(await sent(aNotice("opened"))).toEqual({ kind: "sent", thread: "1700000000.000100" });
    const thread = "1700000000.000100";
    expect(await sent({ ...aNotice("reminder"), thread })).toEqual({ kind: "sent" });
    await sent({ ...aNotice("resolved"), thread });
    expect(calls.map(({ body }) => body)).toMatchObject([
      { channel: "C1" },
      { thread_ts: thread, reply_broadcast: false },
      { thread_ts: thread, reply_broadcast: true },
    ]);
    expect(calls[0]?.body).not.toHaveProperty("thread_ts");
  });

  test.each([
    ['{"ok":false,"error":"channel_not_found"}', "refused", "slack answered: channel_not_found"],
    ['{"ok":false,"error":"ratelimited"}', "unavailable", "slack answered: ratelimited"],
    ["<html>", "unavailable", "slack answered with what is no answer of its API"],
  ])("takes %s for %s", async (answer, kind, reason) => {
    answering(answer);
    expect(await sent(aNotice("opened"))).toMatchObject({ kind, reason });
  });
});

test.each([
  [{ type: "slack" }, "needs either url, or token and channel"],
  [{ type: "slack", token: "xoxb-1" }, "needs either url, or token and channel"],
])("%j is refused", (settings, problem) => {
  const parsed = channelSettingsSchema.safeParse(settings);
  expect(parsed.success ? "" : z.prettifyError(parsed.error)).toContain(problem);
});

describe("an own body of a webhook", () => {
  const hook = (given: object) =>
    createChannel(channelSettingsSchema.parse({ type: "webhook", url: website.url, ...given }), {
      clock: new HeldClock(NOW_MS),
    });

  test.each([
    ['{"t": {{ title }}}', "body: it makes no JSON"],
    ["{{ nothing }}", "body: undefined variable: nothing"],
    ["{% if %}", "body: "],
  ])("%s is refused at start", (body, problem) => {
    expect(() => hook({ body })).toThrow(problem);
  });

  test("may be no JSON where a header says so, and is previewed as it is", () => {
    const channel = hook({ body: "down={{ incident.site }}", headers: { "content-type": "text/plain" } });
    expect(channel.preview(aNotice("opened"))).toBe("down=shop");
  });

  test("that fails for one message is replaced by the standard one", async () => {
    const body = '{"code": {% if repeated %}oops{% else %}1{% endif %}}';
    const sending = hook({ body }).send(aNotice("opened", {}, true), new AbortController().signal);
    expect(await sending).toEqual({ kind: "sent" });
    expect(calls[0]?.body).toMatchObject({ kind: "opened", repeated: true });
  });
});

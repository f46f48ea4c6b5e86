// Channels and routes over the API: secrets go in and never come out, and the notifier uses what was saved.
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { alertingOf } from "../../../../src/apps/wiring/alerting/alerting.ts";
import { followAlerting } from "../../../../src/apps/wiring/alerting/current-alerting.ts";
import {
  channelListSchema,
  channelPreviewSchema,
  channelSchema,
  channelTypesSchema,
} from "../../../../src/contract/api/alerting/channels.ts";
import { explanationSchema, routeListSchema } from "../../../../src/contract/api/alerting/routes.ts";
import { problemSchema } from "../../../../src/contract/api/problem.ts";
import { defineSite } from "../../../../src/contract/checks/site.ts";
import { eventually } from "../../../harness/eventually.ts";
import { aServer, type TestServer } from "../../../harness/server.ts";
import { startWebhookReceiver } from "../../../harness/servers/webhook-receiver.ts";
import { recordDeliveries, recordIncident } from "../../../harness/told-incidents.ts";
import { aProgram, type Program } from "../a-program.ts";

const SECRET = "a-signing-secret-nobody-sees";
let server: TestServer;
let administrator: Program;
const shop = defineSite({ url: "https://shop.example/", name: "shop", tags: ["shop"] });

beforeAll(async () => {
  server = await aServer({
    environment: { SITEWIRE_SECRETS_KEY: "a key of more than thirty-two characters" },
    file: `
channels:
  night: { type: ntfy, topic: night-shift }
routes:
  - { match: { severity: degraded }, channels: [night] }
`,
  });
  administrator = await aProgram(server, { scopes: ["read", "edit", "administer"] });
  await server.database.sites.save([shop]);
});

afterAll(async () => {
  await server.close();
});

const add = (name: string, settings: object) =>
  administrator.send("POST", "/api/v1/channels", { name, settings });

test("a channel's secrets are used, kept by a change that leaves them out, and never shown", async () => {
  const receiver = await startWebhookReceiver(SECRET);
  const created = await add("ops", { type: "webhook", url: receiver.url, secret: SECRET });
  expect([created.status, created.headers.get("etag")]).toEqual([201, '"1"']);
  const shown = channelSchema.parse(await created.json());
  expect(shown).toMatchObject({ source: "table", editable: true, secrets: ["url", "secret"], problem: null });
  const change = (settings: object, match = "*") =>
    administrator.send("PUT", "/api/v1/channels/ops", { settings }, { "if-match": match });
  // As a form sends it: what was shown, and one more field.
  const kept = await change({ ...shown.settings, headers: { "x-from": "sitewire" } }, '"1"');
  expect(kept.status).toBe(200);
  expect((await change({ type: "webhook" }, '"1"')).status).toBe(412);
  expect((await change({ type: "webhook" })).status).toBe(200);
  const sent = await administrator.send("POST", "/api/v1/channels/ops/test");
  expect(await sent.json()).toEqual({ sent: true, reason: null });
  expect(receiver.received).toMatchObject([{ kind: "test", isSigned: true }]);
  const list = await (await administrator.get("/api/v1/channels")).text();
  const audit = JSON.stringify(await server.database.accounts.audit.list({ action: "channel", limit: 10 }));
  const pool = new pg.Pool({ connectionString: server.databaseUrl });
  const stored = await pool.query<{ sealed: Buffer }>("SELECT sealed_settings AS sealed FROM channels");
  await pool.end();
  for (const text of [
    list,
    audit,
    stored.rows[0]?.sealed.toString("latin1") ?? SECRET,
    server.logged.join("\n"),
  ]) {
    expect(text).not.toContain(SECRET);
    expect(text).not.toContain("/hook");
  }
  await receiver.close();
});

test("a kept secret does not follow the channel to another address", async () => {
  await add("moving", { type: "webhook", url: "https://one.example/in", secret: SECRET });
  const move = (settings: object) =>
    administrator.send("PUT", "/api/v1/channels/moving", { settings }, { "if-match": "*" });
  const refused = await move({ type: "webhook", url: "https://thief.example/in" });
  expect(refused.status).toBe(422);
  expect(problemSchema.parse(await refused.json()).detail).toBe("url leads elsewhere: give secret again");
  expect((await move({ type: "webhook", url: "https://two.example/in", secret: "another" })).status).toBe(
    200,
  );
});

test("a wrong field is named, and an unknown or doubled name refused", async () => {
  const wrong = await add("wrong", { type: "webhook", url: "nowhere" });
  expect(wrong.status).toBe(422);
  expect(problemSchema.parse(await wrong.json()).errors).toMatchObject([{ field: "settings.url" }]);
  expect((await add("night", { type: "ntfy", topic: "x" })).status).toBe(409);
  expect((await administrator.get("/api/v1/channels/nobody")).status).toBe(404);
  const editor = await aProgram(server);
  const refused = await editor.send("POST", "/api/v1/channels", { name: "x", settings: { type: "ntfy" } });
  expect(refused.status).toBe(403);
});

test("channels of sitewire.yaml are listed, can be previewed, and cannot be changed", async () => {
  const { items } = channelListSchema.parse(await (await administrator.get("/api/v1/channels")).json());
  expect(items).toContainEqual(expect.objectContaining({ name: "night", source: "file", editable: false }));
  const preview = await administrator.send("POST", "/api/v1/channels/preview", { name: "night" });
  expect(channelPreviewSchema.parse(await preview.json()).message).toContain("shop");
  const path = "/api/v1/channels/night";
  expect((await administrator.send("DELETE", path, undefined, { "if-match": "*" })).status).toBe(409);
  const types = channelTypesSchema.parse(await (await administrator.get("/api/v1/channel-types")).json());
  expect(types.items.map(({ type }) => type)).toEqual(
    expect.arrayContaining(["webhook", "mattermost", "email"]),
  );
});

test("a channel shows how its last message ended, whatever waits", async () => {
  await add("pager", { type: "ntfy", topic: "pager" });
  const incidentId = await recordIncident(server.databaseUrl, shop.id);
  await recordDeliveries(server.databaseUrl, incidentId, [
    { channel: "pager", state: "sent" },
    { channel: "pager", state: "failed", kind: "resolved", reason: "the service answered 503" },
    { channel: "pager", state: "waiting" },
  ]);
  const shown = channelSchema.parse(await (await administrator.get("/api/v1/channels/pager")).json());
  expect(shown.lastDelivery).toMatchObject({
    kind: "resolved",
    state: "failed",
    reason: "the service answered 503",
  });
  const { items } = channelListSchema.parse(await (await administrator.get("/api/v1/channels")).json());
  const last = new Map(items.map(({ name, lastDelivery }) => [name, lastDelivery?.state ?? null]));
  expect([last.get("pager"), last.get("night")]).toEqual(["failed", null]);
});

test("routes are saved by one of two people, name who would be told, and hold their channels", async () => {
  await add("team", { type: "ntfy", topic: "team" });
  const save = (channel: string, match: string) =>
    administrator.send(
      "PUT",
      "/api/v1/routes",
      {
        routes: [
          { match: { tag: "shop" }, channels: [channel], escalate: [{ after: "15m", channels: ["night"] }] },
        ],
      },
      { "if-match": match },
    );
  const unknown = await save("nobody", "*");
  expect(unknown.status).toBe(422);
  expect(problemSchema.parse(await unknown.json()).detail).toMatch(/names "nobody"/);
  const answers = await Promise.all([save("team", '"0"'), save("team", '"0"')]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
  const { items } = routeListSchema.parse(await (await administrator.get("/api/v1/routes")).json());
  expect(items).toMatchObject([
    { source: "file", editable: false },
    { source: "table", route: { match: { tag: "shop" }, escalate: [{ after: "15m" }] } },
  ]);
  const asked = await administrator.send("POST", "/api/v1/routes/explain", { site: "shop" });
  const { routes } = explanationSchema.parse(await asked.json());
  expect(routes.map(({ taken, channels }) => [taken, ...channels])).toEqual([
    [false, "night"],
    [true, "team"],
  ]);
  const removed = await administrator.send("DELETE", "/api/v1/channels/team", undefined, { "if-match": "*" });
  expect(removed.status).toBe(409);
});

test("a running notifier uses a channel as soon as it is saved", async () => {
  const { context } = server.resources;
  const stop = new AbortController();
  const current = followAlerting(context, server.database, await alertingOf(context));
  const following = current.follow(stop.signal);
  await eventually("the first channels", () => current.settings().channels.has("team"));
  expect((await add("late", { type: "ntfy", topic: "late" })).status).toBe(201);
  await eventually("the new channel", () => current.settings().channels.has("late"));
  stop.abort();
  await following;
});

test("without a key a channel is not saved, and one that another key encrypted is marked", async () => {
  const other = await aServer({ databaseUrl: server.databaseUrl });
  const program = await aProgram(other, { scopes: ["read", "edit", "administer"] });
  const refused = await program.send("POST", "/api/v1/channels", {
    name: "x",
    settings: { type: "ntfy", topic: "x" },
  });
  expect(refused.status).toBe(422);
  expect(problemSchema.parse(await refused.json()).detail).toMatch(/SITEWIRE_SECRETS_KEY/);
  await other.close();
  const wrongKey = { SITEWIRE_SECRETS_KEY: "another key of more than thirty-two characters" };
  const third = await aServer({ databaseUrl: server.databaseUrl, environment: wrongKey });
  const reader = await aProgram(third);
  const { items } = channelListSchema.parse(await (await reader.get("/api/v1/channels")).json());
  expect(items.find(({ name }) => name === "ops")?.problem).toMatch(/another key/);
  await third.close();
});

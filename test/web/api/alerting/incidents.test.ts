// Incidents over the API: what people read of them, the steps they take, and what few may see.
import { afterAll, beforeAll, expect, test } from "vitest";
import { incidentDetailSchema, incidentListSchema } from "../../../../src/contract/api/alerting/incidents.ts";
import { defineSite } from "../../../../src/contract/checks/site.ts";
import { aResult } from "../../../contract/a-result.ts";
import { aServer, type TestServer } from "../../../harness/server.ts";
import { aProgram, type Program } from "../a-program.ts";

let server: TestServer;
let editor: Program;
const shop = defineSite({ url: "https://shop.example/", name: "shop", tags: ["shop"] });
const blog = defineSite({ url: "https://blog.example/", name: "blog", tags: ["blog"] });

beforeAll(async () => {
  server = await aServer();
  editor = await aProgram(server);
  await server.database.sites.save([shop, blog]);
  for (const minutesAgo of [10, 9, 8]) {
    const slot = new Date(Math.floor(Date.now() / 60_000 - minutesAgo) * 60_000).toISOString();
    await server.database.results.record(
      [shop, blog].map(({ id, url }) =>
        aResult({
          siteId: id,
          url,
          slot,
          checkedAt: slot,
          verdict: "down",
          statusCode: 503,
          error: { code: "status_unexpected", message: "status: expected 200-399, found 503" },
        }),
      ),
    );
  }
});

afterAll(async () => {
  await server.close();
});

const listed = async (program: Program, query = "") =>
  incidentListSchema.parse(await (await program.get(`/api/v1/incidents${query}`)).json());

const detail = async (id: string) =>
  incidentDetailSchema.parse(await (await editor.get(`/api/v1/incidents/${id}`)).json());

async function incidentOf(site: string): Promise<string> {
  const [incident] = (await listed(editor, `?site=${site}`)).items;
  expect(incident).toBeDefined();
  return incident?.id ?? "";
}

test("incidents are listed by page, and by what people filter for", async () => {
  const first = await listed(editor, "?limit=1");
  const second = await listed(editor, `?limit=1&cursor=${first.next}`);
  expect(second.next).toBeNull();
  const names = [...first.items, ...second.items].map(({ site }) => site.name);
  expect(names.sort()).toEqual(["blog", "shop"]);
  expect((await listed(editor, "?tag=shop&state=unresolved&severity=down")).items).toMatchObject([
    { site: { name: "shop" }, state: "open", cause: { code: "status_unexpected" }, statusCode: 503 },
  ]);
  expect((await listed(editor, "?to=2020-01-01T00:00:00Z")).items).toEqual([]);
  expect((await editor.get("/api/v1/incidents?cursor=nonsense")).status).toBe(400);
});

test("somebody who sees only some tags finds no other incident", async () => {
  const few = await aProgram(server, { tags: ["blog"] });
  expect((await listed(few)).items.map(({ site }) => site.name)).toEqual(["blog"]);
  const path = `/api/v1/incidents/${await incidentOf("shop")}`;
  expect((await few.get(path)).status).toBe(404);
  expect((await few.send("POST", `${path}/acknowledge`, {})).status).toBe(404);
});

test("an incident is acknowledged with a note, noted and resolved, and the audit log knows who did", async () => {
  const id = await incidentOf("shop");
  const path = `/api/v1/incidents/${id}`;
  expect((await editor.send("POST", `${path}/acknowledge`, { note: "on it" })).status).toBe(200);
  expect((await editor.send("POST", `${path}/acknowledge`, {})).status).toBe(409);
  expect((await editor.send("POST", `${path}/note`, {})).status).toBe(422);
  expect((await editor.send("POST", `${path}/note`, { note: "disk full" })).status).toBe(200);
  expect((await editor.send("POST", `${path}/resolve`, {})).status).toBe(200);
  const { incident, timeline, evidence } = await detail(id);
  expect(incident).toMatchObject({ state: "resolved", acknowledgedBy: "test", resolvedBy: "test" });
  expect(timeline.map(({ step, note }) => [step, note])).toEqual([
    ["opened", null],
    ["acknowledged", "on it"],
    ["noted", "disk full"],
    ["resolved", null],
  ]);
  expect(evidence?.locations).toMatchObject([{ outcome: "down", statusCode: 503 }]);
  const audit = await server.database.accounts.audit.list({ target: id, limit: 10 });
  expect(audit.map(({ action }) => action)).toEqual([
    "incident.resolved",
    "incident.noted",
    "incident.acknowledged",
  ]);
});

test("of two people who write a post-mortem at once, the second is told, and nothing is overwritten", async () => {
  const path = `/api/v1/incidents/${await incidentOf("blog")}`;
  const etag = (await editor.get(path)).headers.get("etag") ?? "";
  expect(etag).toBe('"0"');
  const write = (text: string, match: string) =>
    editor.send("PUT", `${path}/post-mortem`, { text }, { "if-match": match });
  const answers = await Promise.all([write("# One", etag), write("# Other", etag)]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
  expect((await write("# Both", '"1"')).headers.get("etag")).toBe('"2"');
  expect((await detail(await incidentOf("blog"))).postMortem).toMatchObject({
    text: "# Both",
    revision: 2,
    writtenBy: "test",
  });
});

test("a program that may only read changes nothing", async () => {
  const reader = await aProgram(server, { scopes: ["read"] });
  const path = `/api/v1/incidents/${await incidentOf("blog")}`;
  const answers = await Promise.all([
    reader.send("POST", `${path}/resolve`, {}),
    reader.send("PUT", `${path}/post-mortem`, { text: "no" }, { "if-match": "*" }),
    reader.send("POST", "/api/v1/silences", { tag: "x", reason: "y", untilAt: "2030-01-01T00:00:00Z" }),
    reader.send("POST", "/api/v1/dead-letters/replay", { ids: "all" }),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
});

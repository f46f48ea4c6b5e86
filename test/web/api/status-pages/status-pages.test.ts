// Status pages and what is written on them, over the API.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { problemSchema } from "../../../../src/contract/api/problem.ts";
import { noticeListSchema, noticeSchema } from "../../../../src/contract/api/status-pages/notices.ts";
import {
  statusPageListSchema,
  statusPageOverviewSchema,
  statusPageResourceSchema,
} from "../../../../src/contract/api/status-pages/status-pages.ts";
import { defineSite } from "../../../../src/contract/checks/site.ts";
import { aServer, type TestServer } from "../../../harness/server.ts";
import { aProgram, type Program } from "../a-program.ts";

let server: TestServer;
let editor: Program;

const pages = "/api/v1/status-pages";
const definition = (slug: string, rest: object = {}) => ({
  slug,
  title: "Example Shop",
  groups: [{ name: "Shop", sites: [{ site: "Shop", name: "Storefront" }, { site: "Attic" }] }],
  ...rest,
});

beforeAll(async () => {
  server = await aServer({
    environment: { SITEWIRE_PUBLIC_URL: "https://watch.example/" },
    file: `
statusPages:
  - { slug: given, title: Given, groups: [{ sites: [{ site: Shop }] }], hostNames: [given.example] }
`,
  });
  await server.database.sites.save([defineSite({ url: "https://shop.example/", name: "Shop" })]);
  editor = await aProgram(server);
});

afterAll(async () => {
  await server.close();
});

async function added(slug: string, rest: object = {}, password?: string) {
  const answer = await editor.send("POST", pages, { definition: definition(slug, rest), password });
  expect(answer.status).toBe(201);
  return statusPageResourceSchema.parse(await answer.json());
}

async function problemOf(answer: Response): Promise<{ status: number; detail: string }> {
  return problemSchema.parse(await answer.json());
}

describe("a page", () => {
  test("is added, changed by one of two people at once, and removed", async () => {
    expect(await added("one")).toMatchObject({ revision: 1, editable: true, path: "/status/one" });
    const change = (title: string) =>
      editor.send("PUT", `${pages}/one`, { definition: definition("one", { title }) }, { "if-match": '"1"' });
    const answers = await Promise.all([change("Left"), change("Right")]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
    const read = await editor.get(`${pages}/one`);
    expect([read.status, read.headers.get("etag")]).toEqual([200, '"2"']);
    expect((await editor.send("DELETE", `${pages}/one`)).status).toBe(428);
    expect((await editor.send("DELETE", `${pages}/one`, undefined, { "if-match": '"2"' })).status).toBe(204);
    expect((await editor.get(`${pages}/one`)).status).toBe(404);
  });

  test("is added once however often the request arrives", async () => {
    const headers = { "idempotency-key": "page-twice" };
    const send = () => editor.send("POST", pages, { definition: definition("twice") }, headers);
    expect([(await send()).status, (await send()).status]).toEqual([201, 201]);
    expect((await editor.send("POST", pages, { definition: definition("twice") })).status).toBe(409);
  });

  test("of sitewire.yaml is listed and cannot be changed", async () => {
    const { items } = statusPageListSchema.parse(await (await editor.get(pages)).json());
    expect(items.find(({ slug }) => slug === "given")).toMatchObject({ source: "file", editable: false });
    const answers = await Promise.all([
      editor.send("PUT", `${pages}/given`, { definition: definition("given") }, { "if-match": "*" }),
      editor.send("DELETE", `${pages}/given`, undefined, { "if-match": "*" }),
      editor.send("POST", pages, { definition: definition("given") }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([409, 409, 409]);
  });

  test.each([
    ["given.example", /status page "given"/],
    ["watch.example", /host of the dashboard/],
    ["localhost", /address of the server itself/],
    ["127.0.0.1", /address of the server itself/],
  ])("cannot take the host name %s, which means something else", async (hostName, reason) => {
    const taken = { definition: definition("taking", { hostNames: ["free.example", hostName] }) };
    const answer = await editor.send("POST", pages, taken);
    expect(await problemOf(answer)).toMatchObject({
      status: 422,
      detail: expect.stringMatching(reason),
      errors: [{ field: "hostNames[1]" }],
    });
  });

  test("keeps its password when it is changed, and tells it to nobody, not even the audit log", async () => {
    const password = "correct horse battery";
    const visibility = { visibility: "password" };
    expect((await editor.send("POST", pages, { definition: definition("p", visibility) })).status).toBe(422);
    expect(await added("p", visibility, password)).toMatchObject({ hasPassword: true });
    const change = { definition: definition("p", { ...visibility, title: "Closed" }) };
    const answer = await editor.send("PUT", `${pages}/p`, change, { "if-match": "*" });
    expect(statusPageResourceSchema.parse(await answer.json())).toMatchObject({ hasPassword: true });
    const entries = await server.database.accounts.audit.list({ limit: 100 });
    expect(entries.filter(({ action }) => action.startsWith("status-page."))).not.toHaveLength(0);
    expect(JSON.stringify(entries)).not.toMatch(/correct horse|argon2/);
  });

  test("is shown in short, with the sites that nobody knows", async () => {
    await added("short");
    const answer = await editor.get(`${pages}/short/overview`);
    expect(statusPageOverviewSchema.parse(await answer.json())).toMatchObject({
      standing: "unknown",
      sites: [{ name: "Storefront", group: "Shop", standing: "pending" }],
      missing: ["Attic"],
    });
  });

  test("is for those who see every site, and changed by those who may edit", async () => {
    const some = await aProgram(server, { tags: ["shop"] });
    expect((await some.get(pages)).status).toBe(403);
    const reader = await aProgram(server, { scopes: ["read"] });
    expect((await reader.get(pages)).status).toBe(200);
    expect((await reader.send("POST", pages, { definition: definition("no") })).status).toBe(403);
  });
});

describe("a notice", () => {
  const about = { title: "Payments fail", sites: ["Shop"], text: "We look into it." };

  test("is written, updated, changed, resolved and removed, and every step is on record", async () => {
    await added("told");
    const notices = `${pages}/told/notices`;
    const written = await editor.send("POST", notices, about);
    expect([written.status, written.headers.get("etag")]).toEqual([201, '"1"']);
    const { id, siteIds } = noticeSchema.parse(await written.json());
    expect(siteIds).toHaveLength(1);
    const resolved = { state: "resolved", text: "Cards work again." };
    const ended = await editor.send("POST", `${notices}/${id}/updates`, resolved);
    expect(noticeSchema.parse(await ended.json())).toMatchObject({
      state: "resolved",
      resolvedAt: expect.any(String),
      updates: [{ text: "We look into it." }, { text: "Cards work again.", by: "test" }],
      revision: 2,
    });
    const change = { title: "Cards fail", impact: "minor" };
    const stale = await editor.send("PUT", `${notices}/${id}`, change, { "if-match": '"1"' });
    expect(stale.status).toBe(412);
    const changed = await editor.send("PUT", `${notices}/${id}`, change, { "if-match": '"2"' });
    expect(noticeSchema.parse(await changed.json())).toMatchObject({ title: "Cards fail", siteIds: [] });
    const { items } = noticeListSchema.parse(await (await editor.get(notices)).json());
    expect(items).toMatchObject([{ id, impact: "minor" }]);
    const removed = await editor.send("DELETE", `${notices}/${id}`, undefined, { "if-match": '"3"' });
    expect(removed.status).toBe(204);
    const entries = await server.database.accounts.audit.list({ limit: 100 });
    expect(entries.filter(({ target }) => target.id === id).map(({ action }) => action)).toEqual([
      "notice.removed",
      "notice.changed",
      "notice.updated",
      "notice.added",
    ]);
  });

  test("belongs to its page, and names sites and incidents that there are", async () => {
    await Promise.all([added("here"), added("there")]);
    const written = await editor.send("POST", `${pages}/here/notices`, about);
    const { id } = noticeSchema.parse(await written.json());
    expect((await editor.get(`${pages}/there/notices/${id}`)).status).toBe(404);
    const answers = await Promise.all([
      editor.send("POST", `${pages}/here/notices`, { ...about, sites: ["Vault"] }),
      editor.send("POST", `${pages}/here/notices`, { ...about, incidentId: crypto.randomUUID() }),
      editor.send("POST", `${pages}/nowhere/notices`, about),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([422, 422, 404]);
  });
});

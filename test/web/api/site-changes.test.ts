// Sites changed over the API, by several people at once and by people who see only some of them.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { problemSchema } from "../../../src/contract/api/problem.ts";
import {
  bulkAnswerSchema,
  type SiteDetail,
  siteDetailSchema,
} from "../../../src/contract/api/sites/sites.ts";
import { aServer, type TestServer } from "../../harness/server.ts";
import { aSite } from "../../services/postgres/repository/ground.ts";
import { aProgram, type Program } from "./a-program.ts";

let server: TestServer;
let editor: Program;

beforeAll(async () => {
  server = await aServer();
  editor = await aProgram(server);
});

afterAll(async () => {
  await server.close();
});

const aUrl = () => `https://${randomUUID()}.example/`;

async function detailOf(answer: Response): Promise<SiteDetail> {
  expect(answer.status).toBeLessThan(300);
  return siteDetailSchema.parse(await answer.json());
}

async function problemOf(answer: Response) {
  return problemSchema.parse(await answer.json());
}

const added = async (definition: object): Promise<SiteDetail> =>
  await detailOf(await editor.send("POST", "/api/v1/sites", definition));

test("a site is added, watched from then on, changed, deleted and brought back", async () => {
  const site = await added({ url: aUrl(), name: "life of a site" });
  expect(site).toMatchObject({ source: "table", summary: { state: "pending" }, revision: 1 });
  const path = `/api/v1/sites/${site.id}`;
  const changed = await detailOf(
    await editor.send("PATCH", path, { intervalMs: 30_000, tags: ["eu"] }, { "if-match": '"1"' }),
  );
  expect(changed).toMatchObject({ revision: 2, definition: { intervalMs: 30_000, name: "life of a site" } });
  expect((await editor.send("DELETE", path, undefined, { "if-match": '"2"' })).status).toBe(204);
  expect((await editor.get(path)).status).toBe(404);
  expect(await server.database.sites.list()).toEqual([]);
  const restored = await detailOf(await editor.send("POST", `${path}/restore`));
  expect(restored.definition).toEqual(changed.definition);
  const audit = await server.database.accounts.audit.list({ target: site.id, limit: 10 });
  expect(audit.map(({ action }) => action)).toEqual([
    "site.restored",
    "site.deleted",
    "site.changed",
    "site.added",
  ]);
});

test("of two people who change one site at once, the second is told", async () => {
  const site = await added({ url: aUrl() });
  const change = (name: string, headers: Record<string, string>) =>
    editor.send("PUT", `/api/v1/sites/${site.id}`, { url: site.definition.url, name }, headers);
  const answers = await Promise.all([
    change("one", { "if-match": '"1"' }),
    change("other", { "if-match": '"1"' }),
  ]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
  expect((await change("third", {})).status).toBe(428);
});

test("a request that is sent again with its Idempotency-Key adds one site", async () => {
  const key = { "idempotency-key": randomUUID() };
  const definition = { url: aUrl() };
  const first = await editor.send("POST", "/api/v1/sites", definition, key);
  const again = await editor.send("POST", "/api/v1/sites", definition, key);
  expect([first.status, again.status]).toEqual([201, 201]);
  expect(again.headers.get("idempotency-replayed")).toBe("true");
  expect(again.headers.get("etag")).toBe(first.headers.get("etag"));
  expect(await again.json()).toEqual(await first.json());
  expect((await editor.send("POST", "/api/v1/sites", { url: aUrl() }, key)).status).toBe(422);
  // Without the key it is another request.
  expect((await editor.send("POST", "/api/v1/sites", definition)).status).toBe(409);
});

test("every field that is wrong is named, also by what only the checker knows", async () => {
  const answer = await editor.send("POST", "/api/v1/sites", {
    url: aUrl(),
    regexp: "a(b",
    intervalMs: 60_000,
  });
  expect(answer.status).toBe(422);
  expect(await problemOf(answer)).toMatchObject({ errors: [{ field: "regexp" }] });
  const validated = await server.send("POST", "/api/v1/sites/validate", {
    url: "ftp://a",
    intervalMs: 5,
    colour: 1,
  });
  // Reading needs no account on this machine, and neither does this.
  expect(validated.status).toBe(200);
  const { valid, errors } = (await validated.json()) as { valid: boolean; errors: { field: string }[] };
  expect(valid).toBe(false);
  expect(errors.map(({ field }) => field).sort()).toEqual(["colour", "intervalMs", "url"]);
});

test("a stored secret stays when *** is sent back, but not on the way to another server", async () => {
  const url = aUrl();
  const options = {
    authentication: { type: "bearer", token: "kept-secret" },
    headers: { "X-Api-Key": "kept-key" },
  };
  const site = await added({ url, options });
  const path = `/api/v1/sites/${site.id}`;
  const put = (definition: object) => editor.send("PUT", path, definition, { "if-match": "*" });
  const renamed = await detailOf(await put({ ...site.definition, name: "renamed" }));
  expect(JSON.stringify(renamed)).not.toContain("kept-");
  const stored = await server.database.siteEditor.find(site.id);
  expect(stored?.site).toMatchObject({ name: "renamed", options });
  for (const change of [
    { url: "https://attacker.example/" },
    { options: { ...renamed.definition.options, proxy: "http://attacker.example:3128" } },
    { options: { ...renamed.definition.options, connectTo: ["::attacker.example:443"] } },
    { options: { ...renamed.definition.options, tls: { verify: false } } },
  ]) {
    const answer = await editor.send("PATCH", path, change, { "if-match": "*" });
    expect(answer.status).toBe(422);
    expect(await problemOf(answer)).toMatchObject({
      errors: [{ message: expect.stringMatching(/again/) }, { message: expect.stringMatching(/again/) }],
    });
  }
  expect(await server.database.siteEditor.find(site.id)).toEqual(stored);
});

test("a site of a file can't be changed, and the answer says where to", async () => {
  const site = aSite({ name: "of a file" });
  const described = { source: "file" as const, sites: [site], by: "a monitor" };
  await server.database.sites.describe(described, { again: false });
  const path = `/api/v1/sites/${site.id}`;
  expect(await detailOf(await editor.get(path))).toMatchObject({
    editable: false,
    editWhere: expect.stringMatching(/sitewire\.yaml/),
  });
  for (const [method, body] of [
    ["PATCH", { regexp: "x" }],
    ["DELETE", undefined],
  ] as const) {
    const answer = await editor.send(method, path, body, { "if-match": "*" });
    expect(answer.status).toBe(409);
    expect((await problemOf(answer)).detail).toMatch(/of a file can't be changed here: .*sitewire\.yaml/);
  }
  expect((await editor.send("POST", "/api/v1/sites", { url: aUrl(), name: "of a file" })).status).toBe(409);
});

test("many sites are paused, tagged and deleted at once; what can't be changed is told", async () => {
  const tag = randomUUID();
  const [one, two] = [
    await added({ url: aUrl(), tags: [tag] }),
    await added({ url: aUrl(), tags: [tag, "old"] }),
  ];
  const unknown = randomUUID();
  const bulk = async (body: object) =>
    bulkAnswerSchema.parse(await (await editor.send("POST", "/api/v1/sites/bulk", body)).json());
  const change = { enabled: false, addTags: ["new"], removeTags: ["old"], intervalMs: 300_000 };
  const outcome = await bulk({ ids: [one.id, two.id, unknown], change });
  expect(outcome.changed.toSorted()).toEqual([one.id, two.id].toSorted());
  expect(outcome.skipped).toEqual([{ id: unknown, reason: "there is no such site" }]);
  expect(await detailOf(await editor.get(`/api/v1/sites/${two.id}`))).toMatchObject({
    definition: { enabled: false, tags: [tag, "new"], intervalMs: 300_000 },
    summary: { state: "paused" },
    revision: 2,
  });
  expect((await bulk({ filter: { tag }, change: { delete: true } })).changed).toHaveLength(2);
  expect((await editor.get(`/api/v1/sites/${one.id}`)).status).toBe(404);
  expect((await editor.send("POST", "/api/v1/sites/bulk", { ids: [one.id], change: {} })).status).toBe(400);
});

test("who sees only some tags finds no other site, and can't make one that nobody of them sees", async () => {
  const [visible, hidden] = [await added({ url: aUrl(), tags: ["seen"] }), await added({ url: aUrl() })];
  const limited = await aProgram(server, { tags: ["seen"] });
  const list = (await (await limited.get("/api/v1/sites")).json()) as {
    items: { id: string }[];
    total: number;
  };
  expect(list.items.map(({ id }) => id)).toEqual([visible.id]);
  const path = `/api/v1/sites/${hidden.id}`;
  const any = { "if-match": "*" };
  const answers = await Promise.all([
    limited.get(path),
    limited.get(`${path}/yaml`),
    limited.send("PUT", path, { url: aUrl() }, any),
    limited.send("PATCH", path, { regexp: "x" }, any),
    limited.send("DELETE", path, undefined, any),
    limited.send("POST", `${path}/restore`),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404, 404]);
  const bulk = { ids: [hidden.id], change: { enabled: false } };
  const skipped = bulkAnswerSchema.parse(
    await (await limited.send("POST", "/api/v1/sites/bulk", bulk)).json(),
  );
  expect(skipped).toEqual({ changed: [], skipped: [{ id: hidden.id, reason: "there is no such site" }] });
  for (const [method, target, body] of [
    ["POST", "/api/v1/sites", { url: aUrl() }],
    ["PATCH", `/api/v1/sites/${visible.id}`, { tags: [] }],
  ] as const) {
    const answer = await limited.send(method, target, body, any);
    expect(await problemOf(answer)).toMatchObject({ status: 422, errors: [{ field: "tags" }] });
  }
});

test("who may only read changes nothing", async () => {
  const reader = await aProgram(server, { scopes: ["read"] });
  const site = await added({ url: aUrl() });
  const any = { "if-match": "*" };
  const answers = await Promise.all([
    reader.send("POST", "/api/v1/sites", { url: aUrl() }),
    reader.send("PATCH", `/api/v1/sites/${site.id}`, { regexp: "x" }, any),
    reader.send("DELETE", `/api/v1/sites/${site.id}`, undefined, any),
    reader.send("POST", "/api/v1/sites/bulk", { ids: [site.id], change: { delete: true } }),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
  expect((await server.send("POST", "/api/v1/sites", { url: aUrl() })).status).toBe(401);
});

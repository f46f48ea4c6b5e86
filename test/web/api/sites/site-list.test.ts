// The list of sites as the dashboard reads it: what each site is, and how it has been.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { problemSchema } from "../../../../src/contract/api/problem.ts";
import {
  type SiteSummary,
  siteListSchema,
  siteSummarySchema,
} from "../../../../src/contract/api/sites/sites.ts";
import { aServer, type TestServer } from "../../../harness/server.ts";
import { plainSql } from "../../../services/postgres/ground.ts";
import { aSite, resultOf } from "../../../services/postgres/repository/ground.ts";

let server: TestServer;

beforeAll(async () => {
  server = await aServer();
});

beforeEach(async () => {
  const sql = await plainSql(server.databaseUrl);
  await sql(
    "TRUNCATE sites, site_schedules, site_state, check_results, uptime_hourly, uptime_daily, incidents CASCADE",
  );
});

afterAll(async () => {
  await server.close();
});

async function list(query = ""): Promise<SiteSummary[]> {
  const answer = await server.get(`/api/v1/sites${query}`);
  expect(answer.status).toBe(200);
  return siteListSchema.parse(await answer.json()).items.map((item) => siteSummarySchema.parse(item));
}

test("sites of every source are listed by name, with where they come from and whether they can be edited", async () => {
  const { sites, results } = { sites: server.database.sites, results: server.database.results };
  await sites.save([aSite({ name: "shop 10" }), aSite({ name: "Shop 9", tags: ["eu"] })]);
  const named = { source: "file" as const, sites: [aSite({ name: "a file's" })], by: "monitor" };
  await sites.describe(named, { again: false });
  const elsewhere = aSite();
  await results.record([resultOf(elsewhere, 1)]);
  const listed = await list();
  expect(listed.map(({ name, source, editable }) => [name, source, editable])).toEqual([
    ["a file's", "file", false],
    [null, "observed", false],
    ["Shop 9", "table", true],
    ["shop 10", "table", true],
  ]);
});

test("a site shows its last result, its day and its uptime with coverage as soon as they are recorded", async () => {
  const site = aSite();
  await server.database.sites.save([site]);
  expect(await list()).toMatchObject([
    { state: "pending", uptimeDay: null, coverageDay: null, checkedAt: null },
  ]);
  const sql = await plainSql(server.databaseUrl);
  await sql(
    "UPDATE site_schedules SET valid_from = now() - interval '30 minutes'; UPDATE sites SET url = url",
  );
  const error = { code: "connect_refused" as const, message: "nobody listens" };
  await server.database.results.record([
    resultOf(site, 2, { responseTimeMs: 50 }),
    resultOf(site, 1, { verdict: "down", statusCode: null, responseTimeMs: null, error }),
  ]);
  const [shown] = await list();
  expect(shown).toMatchObject({ state: "down", error, uptimeDay: 0.5, locations: ["local"], p95Ms: 50 });
  expect(shown?.day).toMatch(/^[-.]{22,23}[.d]?d$/);
  expect(shown?.coverageDay).toBeGreaterThan(0);
  expect(shown?.coverageDay).toBeLessThan(0.2);
  await server.database.results.record([resultOf(site, 0, { responseTimeMs: 60 })]);
  expect(await list()).toMatchObject([{ state: "up", error: null, uptimeDay: 0.666666, responseTimeMs: 60 }]);
});

test("the list is filtered, sorted, cut into pages and cut down to fields", async () => {
  const tagged = aSite({ name: "b", tags: ["eu", "shop"] });
  await server.database.sites.save([aSite({ name: "a" }), tagged, aSite({ name: "c", enabled: false })]);
  const names = async (query: string) => (await list(query)).map(({ name }) => name);
  expect(await names("?search=SHOP")).toEqual(["b"]);
  expect(await names("?tag=eu")).toEqual(["b"]);
  expect(await names("?enabled=false")).toEqual(["c"]);
  expect(await names("?state=paused")).toEqual(["c"]);
  expect(await names("?source=file")).toEqual([]);
  const first = siteListSchema.parse(await (await server.get("/api/v1/sites?limit=2&fields=name")).json());
  expect(first).toMatchObject({ items: [{ name: "a" }, { name: "b" }], total: 3 });
  // A page does not repeat what a change in between moved.
  await server.database.sites.save([aSite({ name: "0" })]);
  expect(await names(`?limit=2&cursor=${first.next}`)).toEqual(["c"]);
  const tags = await (await server.get("/api/v1/tags")).json();
  expect(tags).toEqual({
    items: [
      { tag: "eu", sites: 1 },
      { tag: "shop", sites: 1 },
    ],
  });
});

test("a query that means nothing is refused with the field that is wrong", async () => {
  const answer = await server.get("/api/v1/sites?limit=0&colour=red");
  expect(answer.status).toBe(400);
  expect(problemSchema.parse(await answer.json()).errors?.map(({ field }) => field)).toContain("limit");
  expect((await server.get("/api/v1/sites?cursor=nonsense")).status).toBe(400);
});

test("a site is read with its definition and without its secrets; a removed one is not found", async () => {
  const token = "site-secret";
  const site = aSite({ name: "shop", options: { authentication: { type: "bearer", token }, retries: 0 } });
  await server.database.sites.save([site]);
  const answer = await server.get(`/api/v1/sites/${site.id}`);
  const text = await answer.text();
  expect(answer.headers.get("etag")).toBe('"1"');
  expect(text).not.toContain(token);
  expect(JSON.parse(text)).toMatchObject({
    definition: { name: "shop", options: { authentication: { type: "bearer", token: "***" }, retries: 0 } },
    summary: { state: "pending" },
    editable: true,
    editWhere: null,
  });
  const { yaml } = JSON.parse(await (await server.get(`/api/v1/sites/${site.id}/yaml`)).text());
  expect(yaml).toContain("name: shop");
  expect(yaml).not.toContain(token);
  await server.database.sites.remove(site.id);
  expect((await server.get(`/api/v1/sites/${site.id}`)).status).toBe(404);
});

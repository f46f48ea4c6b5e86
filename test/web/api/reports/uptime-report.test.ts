// Reports over the API: who gets them, as what, and what is refused.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { problemSchema } from "../../../../src/contract/api/problem.ts";
import { uptimeReportSchema } from "../../../../src/contract/api/reports/uptime-report.ts";
import { defineSite } from "../../../../src/contract/checks/site.ts";
import { aResult } from "../../../contract/a-result.ts";
import { aServer, type TestServer } from "../../../harness/server.ts";
import { aProgram } from "../a-program.ts";

const PATH = "/api/v1/reports/uptime";
const today = new Date().toISOString().slice(0, 10);
const query = `?from=${today}&to=${today}`;
let server: TestServer;

beforeAll(async () => {
  server = await aServer({
    file: `
objectives:
  - { objective: 99.9 % }
statusPages:
  - { slug: shop, title: Shop, groups: [{ name: Front, tags: [front] }] }
`,
  });
  for (const [name, tag] of [
    ["Shop", "front"],
    ["Depot", "back"],
  ] as const) {
    const site = defineSite({ url: `https://${randomUUID()}.example/`, name, tags: [tag] });
    await server.database.sites.save([site]);
    const slot = new Date(Math.floor(Date.now() / 60_000) * 60_000).toISOString();
    await server.database.results.record([
      aResult({ siteId: site.id, url: site.url, slot, checkedAt: slot }),
    ]);
  }
});

afterAll(async () => {
  await server.close();
});

async function labels(path: string): Promise<readonly string[]> {
  const answer = await server.get(path);
  expect(answer.status, path).toBe(200);
  return uptimeReportSchema.parse(await answer.json()).items.map(({ label }) => label);
}

test("a report is of all sites, or of those of a tag, a group or a name", async () => {
  expect(await labels(PATH + query)).toEqual(["Depot", "Shop"]);
  expect(await labels(`${PATH}${query}&tag=front`)).toEqual(["Shop"]);
  expect(await labels(`${PATH}${query}&group=shop/Front`)).toEqual(["Shop"]);
  expect(await labels(`${PATH}${query}&site=Depot,Shop`)).toEqual(["Depot", "Shop"]);
  expect(await labels(`${PATH}${query}&by=tag`)).toEqual(["back", "front"]);
  expect(await labels(`${PATH}${query}&by=group`)).toEqual(["Shop: Front"]);
});

test("the same report is CSV, and a page in two languages", async () => {
  const csv = await server.get(`${PATH}.csv${query}`);
  expect(csv.headers.get("content-type")).toContain("text/csv");
  expect(csv.headers.get("content-disposition")).toContain(`uptime-${today}-${today}.csv`);
  expect((await csv.text()).split("\r\n")).toHaveLength(5);
  const page = await server.get(`/reports/uptime${query}&language=de&timezone=Europe/Berlin`);
  expect(page.headers.get("content-type")).toContain("text/html");
  const text = await page.text();
  expect(text).toContain("Verfügbarkeitsbericht");
  const stylesheet = /href="([^"]+\.css)"/.exec(text)?.[1];
  expect((await server.get(stylesheet ?? "")).headers.get("content-type")).toContain("text/css");
});

test("a person who sees some tags gets a report of their sites only", async () => {
  const limited = await aProgram(server, { tags: ["back"] });
  const report = uptimeReportSchema.parse(await (await limited.get(PATH + query)).json());
  expect([report.items.map(({ label }) => label), report.total.sites]).toEqual([["Depot"], 1]);
  expect(await (await limited.get(`${PATH}.csv${query}`)).text()).not.toContain("Shop");
  expect(await (await limited.get(`/reports/uptime${query}`)).text()).not.toContain("Shop");
  expect((await limited.get(`${PATH}${query}&tag=front`)).status).toBe(422);
  expect((await limited.get(`${PATH}${query}&by=group`)).status).toBe(200);
});

test.for([
  ["?month=2026-13", 422, /month is "2026-13": must look like 2026-10/],
  ["?month=2026-01&from=2026-01-01", 422, /either a month, or from and to/],
  ["?from=2026-02-30&to=2026-03-01", 422, /from is "2026-02-30"/],
  ["?from=2026-03-02&to=2026-03-01", 422, /to is "2026-03-01": must not be before from/],
  ["?month=2999-01", 422, /must not be in the future/],
  ["?site=nowhere", 422, /site is "nowhere": there is no such site/],
  ["?timezone=Mars", 400, /timezone/],
  ["?objective=120", 400, /objective/],
] as const)("a report asked for by %s is refused by its field", async ([given, status, says]) => {
  const answer = await server.get(PATH + given);
  expect(answer.status).toBe(status);
  const { detail, errors = [] } = problemSchema.parse(await answer.json());
  expect([detail, ...errors.map(({ field }) => field)].join("\n")).toMatch(says);
});

// Checks that somebody asks for: phase by phase as they happen, over the very path of a scheduled check.
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  checkAnswerSchema,
  patternAnswerSchema,
  phaseEventSchema,
} from "../../../../src/contract/api/sites/checks.ts";
import { siteDetailSchema } from "../../../../src/contract/api/sites/sites.ts";
import { aServer, type TestServer } from "../../../harness/server.ts";
import { aWebsite, hanging, type Website } from "../../../harness/servers/website.ts";
import { plainSql } from "../../../services/postgres/ground.ts";
import { aSite } from "../../../services/postgres/repository/ground.ts";
import { aProgram, type Program } from "../a-program.ts";

let server: TestServer;
let editor: Program;
let website: Website;

beforeAll(async () => {
  [server, website] = await Promise.all([aServer(), aWebsite("<h1>Grüße</h1> order 4711 shipped")]);
  editor = await aProgram(server);
});

afterAll(async () => {
  await server.close();
  await website.goAway();
});

/** The events of a stream, by name. */
async function eventsOf(answer: Response): Promise<{ name: string; data: unknown }[]> {
  expect(answer.headers.get("content-type")).toMatch(/^text\/event-stream/);
  const text = await answer.text();
  return text.split("\n\n").flatMap((block) => {
    const match = /^event: (\w+)\ndata: (.*)$/s.exec(block);
    return match === null ? [] : [{ name: match[1] ?? "", data: JSON.parse(match[2] ?? "") }];
  });
}

test("a first site is checked phase by phase by somebody on this machine before there is an account", async () => {
  const accept = { accept: "text/event-stream" };
  const answer = await server.send("POST", "/api/v1/check", { url: website.url }, accept);
  const events = await eventsOf(answer);
  const phases = events
    .filter(({ name }) => name === "phase")
    .map(({ data }) => phaseEventSchema.parse(data));
  expect(phases.map(({ name }) => name)).toEqual(["connect", "request", "firstByte", "download"]);
  expect(phases[0]?.detail).toMatch(/^127\.0\.0\.1:\d+$/);
  expect(events.at(-1)?.name).toBe("result");
  expect(checkAnswerSchema.parse(events.at(-1)?.data)).toMatchObject({
    result: { verdict: "up", statusCode: 200, url: website.url },
    evidence: {
      responseHeaders: expect.arrayContaining([expect.objectContaining({ name: "content-type" })]),
    },
    published: false,
  });
});

test("a saved site is checked with its own settings; the result is recorded only on request", async () => {
  const site = aSite({ url: website.url, name: "checked", regexp: "nowhere", options: { retries: 0 } });
  await server.database.sites.save([site]);
  const path = `/api/v1/sites/${site.id}/check`;
  const answer = checkAnswerSchema.parse(await (await editor.send("POST", path, {})).json());
  expect(answer).toMatchObject({
    result: { verdict: "down", siteId: site.id, error: { code: "regexp_missing" } },
    evidence: { failedExpectations: [{ expectation: "regexp", expected: "a match of /nowhere/" }] },
  });
  const sql = await plainSql(server.databaseUrl);
  expect(await sql("SELECT FROM outbox")).toHaveLength(0);
  const published = checkAnswerSchema.parse(
    await (await editor.send("POST", path, { publish: true })).json(),
  );
  expect(published.published).toBe(true);
  const [row] = await sql("SELECT payload FROM outbox");
  expect(JSON.parse(String(row?.payload))).toMatchObject({ siteId: site.id, slot: published.result.slot });
});

test("a check that cannot begin is a problem, and a client that leaves ends it", async () => {
  const accept = { accept: "text/event-stream" };
  const invalid = await editor.send("POST", "/api/v1/check", { url: website.url, regexp: "a(b" }, accept);
  expect(invalid.status).toBe(422);
  const slow = await aWebsite();
  slow.answers(hanging);
  const leaving = new AbortController();
  const started = server.get("/api/v1/check", {
    method: "POST",
    headers: { "x-sitewire": "1", "content-type": "application/json", ...accept },
    body: JSON.stringify({ url: slow.url, options: { retries: 0 } }),
    signal: leaving.signal,
  });
  const answer = await started;
  leaving.abort();
  await expect(answer.text()).rejects.toThrow();
  await slow.goAway();
});

test("a pattern is tried on the page as it is now, and its first match is shown in its place", async () => {
  const tried = async (regexp: string) => {
    const answer = await editor.send("POST", "/api/v1/pattern", { url: website.url, regexp });
    return patternAnswerSchema.parse(await answer.json());
  };
  const found = await tried("order [0-9]+");
  expect(found).toMatchObject({ matched: true, at: { start: 15, length: 10 }, statusCode: 200, error: null });
  expect(found.excerpt.slice(15 - found.excerptStart, 25 - found.excerptStart)).toBe("order 4711");
  expect(await tried("Grüße")).toMatchObject({ matched: true, at: { start: 4, length: 5 } });
  expect(await tried("refunded")).toMatchObject({
    matched: false,
    at: null,
    excerpt: expect.stringMatching(/order 4711/),
  });
  const invalid = await editor.send("POST", "/api/v1/pattern", { url: website.url, regexp: "a(b" });
  expect(invalid.status).toBe(422);
});

test("neither a check nor a pattern reaches an address that the configuration excludes", async () => {
  const guarded = await aServer({ environment: { CHECKS_TARGETS: "public" } });
  try {
    const program = await aProgram(guarded);
    const before = website.requests;
    const metadata = "http://169.254.169.254/latest/meta-data/";
    for (const url of [website.url, metadata, "http://[::ffff:127.0.0.1]/", "http://2130706433/"]) {
      const check = await program.send("POST", "/api/v1/check", { url, options: { retries: 0 } });
      expect(await check.json()).toMatchObject({ result: { error: { code: "target_blocked" } } });
      const pattern = await program.send("POST", "/api/v1/pattern", { url, regexp: "a" });
      expect(await pattern.json()).toMatchObject({
        matched: null,
        excerpt: "",
        error: { code: "target_blocked" },
      });
    }
    expect(website.requests).toBe(before);
  } finally {
    await guarded.close();
  }
});

test("who may only read checks nothing, and who sees only some sites checks only those", async () => {
  const site = aSite({ url: website.url, name: "hidden" });
  await server.database.sites.save([site]);
  const [reader, limited] = await Promise.all([
    aProgram(server, { scopes: ["read"] }),
    aProgram(server, { tags: ["seen"] }),
  ]);
  const before = website.requests;
  const answers = await Promise.all([
    reader.send("POST", "/api/v1/check", { url: website.url }),
    reader.send("POST", "/api/v1/pattern", { url: website.url, regexp: "a" }),
    reader.send("POST", `/api/v1/sites/${site.id}/check`, {}),
    limited.send("POST", `/api/v1/sites/${site.id}/check`, {}),
    limited.send("POST", "/api/v1/pattern", { siteId: site.id, regexp: "a" }),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 404, 404]);
  expect(website.requests).toBe(before);
  expect(
    siteDetailSchema.safeParse(await (await server.get(`/api/v1/sites/${site.id}`)).json()).success,
  ).toBe(true);
});

// What each expectation makes of a response: the code, and what is said of expected and found.
import { describe, expect, test } from "vitest";
import type { CheckOptions } from "../../../../src/contract/checks/check-options.ts";
import { defineSite } from "../../../../src/contract/checks/site.ts";
import { compileExpectations } from "../../../../src/core/checking/judging/expectations.ts";
import { type Judgement, judge } from "../../../../src/core/checking/judging/judging.ts";
import { searchResponse } from "../../../../src/core/checking/judging/searching.ts";

interface Seen {
  readonly statusCode?: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, readonly string[]>>;
  readonly finalUrl?: string;
  readonly regexp?: string;
  readonly bodyTruncated?: boolean;
}

function judging(options: CheckOptions, seen: Seen = {}): Promise<Judgement> {
  const site = defineSite({ url: "https://site.example/", regexp: seen.regexp ?? null, options });
  return judge(
    {
      timings: null,
      timingUncertaintyMs: 0,
      remoteAddress: null,
      protocol: null,
      certificateExpiresAtMs: null,
      certificateChain: [],
      irregularities: [],
      redirects: [],
      processPaused: false,
      finalUrl: seen.finalUrl ?? "https://site.example/",
      failure: null,
      response: {
        statusCode: seen.statusCode ?? 200,
        headers: new Map(Object.entries(seen.headers ?? {})),
        body: Buffer.from(seen.body ?? ""),
        bodyTruncated: seen.bodyTruncated ?? false,
      },
      release: () => {},
    },
    compileExpectations(site),
    {
      searcher: { search: async (...[response, expectations]) => searchResponse(response, expectations) },
      nowMs: 0,
      signal: new AbortController().signal,
    },
  );
}

const json = JSON.stringify({
  state: "green",
  count: 3,
  ok: true,
  none: null,
  "odd name": 1,
  items: [{ id: "a" }, { id: "b", tags: ["x"] }],
});

describe("expectations that hold", () => {
  const holding: readonly (readonly [what: string, options: CheckOptions, seen: Seen])[] = [
    ["a status in the default range", {}, { statusCode: 399 }],
    ["a status in one of several ranges", { expectedStatus: "200-204, 401,500-599" }, { statusCode: 401 }],
    ["texts in the body", { bodyContains: ["one", "two"], bodyLacks: ["three"] }, { body: "two one" }],
    [
      "one of a header's values",
      { responseHeaders: [{ name: "Vary", equals: "b" }] },
      { headers: { vary: ["a", "b"] } },
    ],
    [
      "a header that matches",
      { responseHeaders: [{ name: "server", matches: "^nginx" }] },
      { headers: { server: ["nginx/1"] } },
    ],
    ["the final URL", { finalUrl: { matches: "/home$" } }, { finalUrl: "https://site.example/home" }],
    ["a JSON text", { json: [{ path: "$.state", equals: "green" }] }, { body: json }],
    ["a JSON number", { json: [{ path: "$.count", equals: 3 }] }, { body: json }],
    ["a JSON truth", { json: [{ path: "$.ok", equals: true }] }, { body: json }],
    ["a JSON null", { json: [{ path: "$.none", equals: null }] }, { body: json }],
    ["a JSON name with a space", { json: [{ path: "$['odd name']", equals: 1 }] }, { body: json }],
    ["a JSON element from the end", { json: [{ path: "$.items[-1].id", equals: "b" }] }, { body: json }],
    ["any JSON element", { json: [{ path: "$.items[*].id", equals: "b" }] }, { body: json }],
    ["a JSON object's text", { json: [{ path: "$.items[1]", matches: '"tags":\\["x"\\]' }] }, { body: json }],
    ["a pattern that must be absent", { regexpExpected: "absent" }, { regexp: "error", body: "fine" }],
  ];
  for (const [what, options, seen] of holding) {
    test(what, async () => {
      expect(await judging(options, seen)).toMatchObject({
        verdict: "up",
        error: null,
        failedExpectations: [],
      });
    });
  }
});

describe("expectations that do not hold say what was expected and what was found", () => {
  const failing: readonly (readonly [
    code: string,
    expected: string,
    found: string,
    options: CheckOptions,
    seen: Seen,
  ])[] = [
    ["status_unexpected", "200-399", "404", {}, { statusCode: 404 }],
    [
      "text_missing",
      '"two"',
      'not in the body, which begins "one"',
      { bodyContains: ["two"] },
      { body: "one" },
    ],
    ["text_missing", '"two"', "an empty body", { bodyContains: ["two"] }, {}],
    ["text_present", 'no "one"', "found in the body", { bodyLacks: ["one"] }, { body: "one" }],
    [
      "header_mismatch",
      '"b"',
      '"a", "c"',
      { responseHeaders: [{ name: "Vary", equals: "b" }] },
      { headers: { vary: ["a", "c"] } },
    ],
    [
      "header_mismatch",
      "a match of /^b/",
      "no such header",
      { responseHeaders: [{ name: "x", matches: "^b" }] },
      {},
    ],
    [
      "final_url_mismatch",
      '"https://a.example/"',
      '"https://site.example/"',
      { finalUrl: { equals: "https://a.example/" } },
      {},
    ],
    ["json_mismatch", '"red"', '"green"', { json: [{ path: "$.state", equals: "red" }] }, { body: json }],
    ["json_mismatch", "3", '"3"', { json: [{ path: "$", equals: 3 }] }, { body: '"3"' }],
    ["json_mismatch", "1", "no such value", { json: [{ path: "$.missing", equals: 1 }] }, { body: json }],
    ["json_mismatch", "1", 'no JSON: "<html>"', { json: [{ path: "$", equals: 1 }] }, { body: "<html>" }],
    [
      "regexp_missing",
      "a match of /[a-z]+ok/",
      'not in the body, which begins "bad"',
      {},
      { regexp: "[a-z]+ok", body: "bad" },
    ],
    [
      "regexp_present",
      "no match of /bad/",
      "found in the body",
      { regexpExpected: "absent" },
      { regexp: "bad", body: "bad" },
    ],
  ];
  for (const [code, expected, found, options, seen] of failing) {
    test(`${code}: ${expected}`, async () => {
      const judgement = await judging(options, seen);
      expect(judgement).toMatchObject({ verdict: "down", error: { code } });
      expect(judgement.failedExpectations).toMatchObject([{ expected, found }]);
      expect(judgement.error?.message).toContain(`expected ${expected}, found ${found}`);
    });
  }

  test("all of them, not only the first", async () => {
    const judgement = await judging(
      { bodyContains: ["a", "b"] },
      { statusCode: 500, regexp: "[x]", body: "z" },
    );
    expect(judgement.error?.code).toBe("status_unexpected");
    expect(judgement.failedExpectations.map(({ expectation }) => expectation)).toEqual([
      "status",
      "body contains",
      "body contains",
      "regexp",
    ]);
  });

  test("shortened, whatever a page holds", async () => {
    const { error, failedExpectations } = await judging(
      {},
      { regexp: "[x]".repeat(600), body: "\u0000\ud800".repeat(5000) },
    );
    expect(error?.message.length).toBeLessThanOrEqual(1000);
    expect(failedExpectations[0]?.expected.length).toBeLessThanOrEqual(500);
    expect(error?.message).not.toContain("\u0000");
    expect(error?.message.isWellFormed()).toBe(true);
  });
});

test("a JSON value nested too deeply to be written is no harm", async () => {
  const depth = 200_000;
  const body = `{"a":${"[".repeat(depth)}${"]".repeat(depth)}}`;
  expect(await judging({ json: [{ path: "$.a", matches: "x" }] }, { body })).toMatchObject({
    verdict: "down",
    error: { code: "json_mismatch" },
  });
});

describe("a body that was not read to its end", () => {
  const cut = { body: "the beginning", bodyTruncated: true } as const;

  test("may hold what must be absent, so the site is degraded and not up", async () => {
    for (const judgement of [
      await judging({ bodyLacks: ["Exception"] }, cut),
      await judging({ regexpExpected: "absent" }, { ...cut, regexp: "Exc[e]ption" }),
    ]) {
      expect(judgement).toMatchObject({ verdict: "degraded", error: { code: "body_truncated" } });
      expect(judgement.error?.message).toContain("the first 13 bytes of the body");
    }
  });

  test("is down all the same where what must be absent was found", async () => {
    const judgement = await judging({ bodyLacks: ["beginning"] }, cut);
    expect(judgement).toMatchObject({ verdict: "down", error: { code: "text_present" } });
  });

  test("is up where what must be present was found", async () => {
    expect(await judging({ bodyContains: ["beginning"] }, cut)).toMatchObject({ verdict: "up" });
  });
});

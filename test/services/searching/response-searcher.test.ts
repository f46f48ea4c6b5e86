// Searching beside measuring: what one site's pattern costs is nobody else's delay, and nothing searches for ever.
import { describe, expect, onTestFinished, test } from "vitest";
import { defineSite, type SiteDefinition } from "../../../src/contract/checks/site.ts";
import { compileExpectations } from "../../../src/core/checking/judging/expectations.ts";
import { createChecker } from "../../../src/core/checking/site-checker.ts";
import { createHttpProber } from "../../../src/services/probing/http/prober.ts";
import { systemClock } from "../../../src/services/process/clock.ts";
import {
  createResponseSearcher,
  type ResponseSearcherOptions,
} from "../../../src/services/searching/response-searcher.ts";
import { httpServer } from "../probing/servers.ts";

/** Nearly a match at every character, and hardly ever the same way twice. */
function hostileText(sizeBytes: number): string {
  let state = 1;
  return Array.from({ length: sizeBytes }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return state % 2 === 0 ? "a" : "b";
  }).join("");
}

const hostile = hostileText(1_000_000);
/** About a second of processor time over the hostile text. */
const SLOW = "a[ab]{60}[cd]";
/** Minutes. */
const ENDLESS = "a[ab]{900}[cd]";
const never = new AbortController().signal;

function opened(options: Partial<ResponseSearcherOptions> = {}) {
  const searcher = createResponseSearcher(options);
  onTestFinished(() => searcher.close());
  const search = (body: string, site: Partial<SiteDefinition>, signal: AbortSignal = never) =>
    searcher.search(
      {
        finalUrl: "https://site.example/",
        headers: new Map([["content-type", ["text/html; charset=iso-8859-1"]]]),
        body: Buffer.from(body, "latin1"),
        bodyTruncated: false,
      },
      compileExpectations(defineSite({ url: "https://site.example/", ...site })).response,
      signal,
    );
  return { searcher, search };
}

test("four sites with slow patterns make none of their neighbours look down", async () => {
  const { searcher } = opened();
  const checker = createChecker({
    prober: createHttpProber(),
    searcher,
    clock: systemClock,
    random: () => 0.5,
    location: "test",
  });
  const hostileUrl = await httpServer((_request, response) => response.end(hostile));
  // Slower than its neighbours' pages, so that these are being measured while it is searched.
  const healthyUrl = await httpServer((_request, response) => {
    setTimeout(() => response.end("All systems operational"), 150);
  });
  const check = (site: SiteDefinition) =>
    checker.prepare(defineSite({ ...site, options: { retries: 0 } })).run(Date.now(), never);
  const slow = Array.from({ length: 4 }, () => check({ url: hostileUrl, regexp: SLOW, timeoutMs: 20_000 }));
  const healthy: ReturnType<typeof check>[] = [];
  const slowDone = Promise.all(slow);
  let isDone = false;
  slowDone.then(() => {
    isDone = true;
  });
  while (!isDone) {
    healthy.push(check({ url: healthyUrl, regexp: "systems? operational", timeoutMs: 700 }));
    await systemClock.sleep(50);
  }
  const results = await Promise.all(healthy);
  expect(results.length).toBeGreaterThan(5);
  expect(results.filter((result) => result?.verdict !== "up")).toEqual([]);
  for (const result of await slowDone) {
    expect(["regexp_missing", "search_limit"]).toContain(result?.error?.code);
  }
});

describe("a search that takes longer than it may", () => {
  test("is stopped, says so, and leaves the next one unharmed", async () => {
    const { search } = opened({ cpuMs: 100 });
    const stopped = await search(hostile, { regexp: ENDLESS });
    expect(stopped).toMatchObject({
      regexpMatched: null,
      failures: [
        { verdict: "degraded", code: "search_limit", found: "it takes more than 100 ms of processor time" },
      ],
    });
    const after = await search(`${" ".repeat(500_000)}Z\u00fcrich`, { regexp: "Z.rich\\b" });
    expect(after).toEqual({ failures: [], regexpMatched: true });
  });

  for (const [what, body, site] of [
    [
      "a JSON path of filters and descendants",
      `{"a":${"[".repeat(40)}${Array.from({ length: 20_000 }, (_, index) => index).join(",")}${"]".repeat(40)}}`,
      { options: { json: [{ path: "$..*..*[?count(@..a) > 1]..[*,*,*]", equals: "x" }] } },
    ],
    [
      "texts that nearly stand everywhere",
      "a".repeat(1_000_000),
      {
        options: {
          bodyLacks: Array.from(
            { length: 20 },
            (_, index) => `${"a".repeat(990 + index)}b${"a".repeat(980)}`,
          ),
        },
      },
    ],
  ] as const) {
    test(`${what} ends within its budget`, async () => {
      const { search } = opened({ cpuMs: 100 });
      const { failures } = await search(body, structuredClone(site) as Partial<SiteDefinition>);
      expect(failures.length).toBeGreaterThan(0);
    });
  }
});

describe("searches that wait", () => {
  test("are done cheapest first", async () => {
    const { search } = opened({ cpuMs: 300 });
    const order: string[] = [];
    const noting = async (name: string, searching: Promise<unknown>): Promise<void> => {
      await searching;
      order.push(name);
    };
    await Promise.all([
      noting("first", search(hostile, { regexp: ENDLESS })),
      noting("dear", search(hostile, { regexp: ENDLESS })),
      noting("cheap", search(`${" ".repeat(100_000)}b`, { regexp: "[b]" })),
    ]);
    expect(order).toEqual(["first", "cheap", "dear"]);
  });

  test("are given up after a while, so that their checks do not wait for ever", async () => {
    const { search } = opened({ cpuMs: 400, waitMs: 50 });
    const [, waiting] = await Promise.all([
      search(hostile, { regexp: ENDLESS }),
      search(hostile, { regexp: ENDLESS }),
    ]);
    expect(waiting.failures).toMatchObject([
      { code: "search_limit", found: "other searches kept it waiting for 50 ms" },
    ]);
  });

  test("end with the reason of the signal", async () => {
    const { search } = opened();
    const reason = new Error("stopping");
    const abort = new AbortController();
    const searching = search(hostile, { regexp: ENDLESS }, abort.signal);
    abort.abort(reason);
    await expect(searching).rejects.toBe(reason);
  });

  test("end when the searcher is closed", async () => {
    const { searcher, search } = opened();
    const searching = [search(hostile, { regexp: ENDLESS }), search(hostile, { regexp: ENDLESS })];
    await searcher.close();
    for (const { failures } of await Promise.all(searching)) {
      expect(failures).toMatchObject([{ verdict: "degraded", code: "search_limit" }]);
    }
  });
});

test("what is found is the same in the thread and beside it", async () => {
  const { search } = opened();
  const site: Partial<SiteDefinition> = {
    regexp: "Z.rich",
    options: {
      bodyContains: ["Z\u00fcrich"],
      bodyLacks: ["Exception"],
      responseHeaders: [{ name: "content-type", matches: "^text/" }],
    },
  };
  const small = await search("Z\u00fcrich Exception", site);
  const large = await search(`${" ".repeat(300_000)}Z\u00fcrich Exception`, site);
  expect(large).toEqual(small);
  expect(small).toMatchObject({ regexpMatched: true, failures: [{ code: "text_present" }] });
});

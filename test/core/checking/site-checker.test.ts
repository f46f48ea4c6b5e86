// Attempts, retries and the respect for Retry-After, on a held clock and with what the probe sees told beforehand.
import { describe, expect, test } from "vitest";
import type { CheckErrorCode } from "../../../src/contract/checks/check-error-code.ts";
import { checkResultSchema } from "../../../src/contract/checks/check-result.ts";
import { defineSite, type SiteDefinition } from "../../../src/contract/checks/site.ts";
import { searchResponse } from "../../../src/core/checking/judging/searching.ts";
import type { Observation } from "../../../src/core/checking/ports.ts";
import { createChecker } from "../../../src/core/checking/site-checker.ts";
import { Uplink } from "../../../src/core/checking/uplink.ts";
import { HeldClock } from "../../harness/held-clock.ts";

const quietLog = { debug() {}, info() {}, warn() {}, error() {} };
const startMs = Date.parse("2026-01-01T00:00:00.000Z");

function seeing(what: Partial<Observation>): Observation {
  return {
    timings: { dnsMs: null, connectMs: 1, tlsMs: null, firstByteMs: 2, downloadMs: 3, totalMs: 6 },
    timingUncertaintyMs: 0,
    remoteAddress: "127.0.0.1",
    protocol: "http/1.1",
    certificateExpiresAtMs: null,
    certificateChain: [],
    irregularities: [],
    redirects: [],
    processPaused: false,
    finalUrl: "http://site.example/",
    failure: null,
    response: null,
    release: () => {},
    ...what,
  };
}

function answering(statusCode: number, headers: Readonly<Record<string, string>> = {}): Observation {
  const fields = Object.entries(headers).map(([name, value]) => [name, [value]] as const);
  return seeing({
    response: { statusCode, headers: new Map(fields), body: Buffer.from("here"), bodyTruncated: false },
  });
}

function failing(code: CheckErrorCode): Observation {
  return seeing({ failure: { code, message: `it was ${code}` } });
}

/** A check whose attempts see these one after the other, the last for ever; each takes `attemptMs`. */
function aCheck(
  observations: readonly Observation[],
  {
    attemptMs = 100,
    uplinkDown,
    ...site
  }: Partial<SiteDefinition> & { readonly attemptMs?: number; readonly uplinkDown?: boolean } = {},
) {
  const clock = new HeldClock(startMs);
  const timeouts: number[] = [];
  const checker = createChecker({
    clock,
    random: () => 0.5,
    location: "here",
    uplink:
      uplinkDown === undefined
        ? undefined
        : new Uplink({ addresses: ["a:1"], reach: async () => !uplinkDown, clock, log: quietLog }),
    searcher: { search: async (...[response, expectations]) => searchResponse(response, expectations) },
    prober: {
      prepare: () => ({
        run: async (timeoutMs, signal) => {
          timeouts.push(timeoutMs);
          await clock.sleep(attemptMs, signal);
          return observations[Math.min(timeouts.length, observations.length) - 1] ?? failing("internal");
        },
      }),
    },
  });
  const check = checker.prepare(defineSite({ url: "http://site.example/", intervalMs: 60_000, ...site }));
  const run = async (slotMs = clock.now()) => {
    const running = check.run(slotMs, new AbortController().signal);
    await clock.pass(120_000);
    return checkResultSchema.nullable().parse(await running);
  };
  return { run, clock, timeouts };
}

describe("a check", () => {
  test("that succeeds is one attempt", async () => {
    const { run } = aCheck([answering(200)]);
    expect(await run()).toMatchObject({
      verdict: "up",
      attempts: 1,
      slot: "2026-01-01T00:00:00.000Z",
      checkedAt: "2026-01-01T00:00:00.000Z",
      responseTimeMs: 6,
      bytes: 4,
      error: null,
    });
  });

  test("that fails is confirmed by two more attempts before the site is down", async () => {
    const { run, timeouts } = aCheck([failing("connect_refused"), failing("dns_timeout"), answering(500)]);
    const result = await run();
    expect(result).toMatchObject({ verdict: "down", attempts: 3, statusCode: 500 });
    expect(result?.error?.code).toBe("status_unexpected");
    expect(result?.failedAttempts?.map(({ code }) => code)).toEqual([
      "connect_refused",
      "dns_timeout",
      "status_unexpected",
    ]);
    expect(timeouts).toHaveLength(3);
  });

  test("that fails once and then succeeds is up, and the failure is told", async () => {
    const { run } = aCheck([failing("connect_reset"), answering(200)]);
    expect(await run()).toMatchObject({
      verdict: "up",
      attempts: 2,
      error: null,
      failedAttempts: [{ code: "connect_reset", message: "it was connect_reset" }],
    });
  });

  test("that fails once and is then slow is degraded", async () => {
    const { run } = aCheck([failing("connect_reset"), answering(200)], {
      options: { responseTimeBelowMs: 5 },
    });
    expect(await run()).toMatchObject({ verdict: "degraded", attempts: 2, error: { code: "response_slow" } });
  });

  test("is not tried again where the site says so", async () => {
    const { run, timeouts } = aCheck([failing("connect_reset")], { options: { retries: 0 } });
    expect(await run()).toMatchObject({ verdict: "down", attempts: 1 });
    expect(timeouts).toHaveLength(1);
  });

  test("has no attempt that would reach into the next slot", async () => {
    const { run, timeouts } = aCheck([failing("first_byte_timeout")], {
      intervalMs: 10_000,
      timeoutMs: 8000,
      attemptMs: 8000,
    });
    expect(await run()).toMatchObject({ verdict: "down", attempts: 2 });
    expect(timeouts).toEqual([8000, 1000]);
  });

  test("that begins late in its slot has what is left of it", async () => {
    const { run, timeouts } = aCheck([failing("connect_refused")], { timeoutMs: 8000 });
    expect(await run(startMs - 59_000)).toMatchObject({ attempts: 1, slot: "2025-12-31T23:59:01.000Z" });
    expect(timeouts).toEqual([8000]);
  });
});

describe("a server that asks to be asked later", () => {
  test("is degraded, and not asked before the time it named: those slots have no result", async () => {
    const { run, timeouts } = aCheck([answering(429, { "retry-after": "180" }), answering(200)]);
    expect(await run()).toMatchObject({
      verdict: "degraded",
      attempts: 1,
      error: { code: "retry_later", message: expect.stringContaining("2026-01-01T00:03:00") },
    });
    expect(await run()).toBeNull();
    expect(timeouts).toHaveLength(1);
    expect(await run()).toMatchObject({ verdict: "up", attempts: 1 });
  });

  test("is asked again after the longest time the site allows", async () => {
    const { run } = aCheck([answering(429, { "retry-after": "86400" }), answering(200)], {
      options: { maxRetryAfterMs: 60_000 },
    });
    expect(await run()).toMatchObject({ verdict: "degraded" });
    expect(await run()).toMatchObject({ verdict: "up" });
  });

  test("is down where it does not say until when", async () => {
    const { run } = aCheck([answering(429)], { options: { retries: 0 } });
    expect(await run()).toMatchObject({ verdict: "down", error: { code: "status_unexpected" } });
  });

  test("is up where its status is what the site expects", async () => {
    const { run } = aCheck([answering(429, { "retry-after": "60" })], { options: { expectedStatus: "429" } });
    expect(await run()).toMatchObject({ verdict: "up" });
  });
});

test("a 503 is an outage like any other, retries and all, whatever its Retry-After", async () => {
  const { run, timeouts } = aCheck([answering(503, { "retry-after": "180" })]);
  const outage = { verdict: "down", attempts: 3, statusCode: 503, error: { code: "status_unexpected" } };
  expect(await run()).toMatchObject(outage);
  expect(await run()).toMatchObject(outage);
  expect(timeouts).toHaveLength(6);
});

describe("a check whose process was paused", () => {
  const paused = { ...failing("first_byte_timeout"), processPaused: true };

  test("begins again where the slot has room, and the paused attempt does not count", async () => {
    const { run, timeouts } = aCheck([paused, answering(200)]);
    expect(await run()).toMatchObject({ verdict: "up", attempts: 1 });
    expect(timeouts).toHaveLength(2);
  });

  test("confirms an outage with as many attempts as any other", async () => {
    const { run, timeouts } = aCheck([failing("connect_refused"), paused, failing("connect_refused")]);
    expect(await run()).toMatchObject({ verdict: "down", attempts: 3 });
    expect(timeouts).toHaveLength(4);
  });

  test("has no result where the slot has no room for a whole attempt", async () => {
    const { run } = aCheck([paused, answering(200)], {
      intervalMs: 10_000,
      timeoutMs: 8000,
      attemptMs: 6000,
    });
    expect(await run()).toBeNull();
  });

  test("between two attempts has no result where it woke too late to confirm", async () => {
    const clock = new HeldClock(startMs);
    const late: typeof clock.sleep = (ms, signal) => HeldClock.prototype.sleep.call(clock, ms + 8000, signal);
    clock.sleep = late;
    const checker = createChecker({
      clock,
      random: () => 0.5,
      location: "here",
      searcher: { search: async (...[response, expectations]) => searchResponse(response, expectations) },
      prober: { prepare: () => ({ run: async () => failing("connect_refused") }) },
    });
    const site = defineSite({ url: "http://site.example/", intervalMs: 10_000, timeoutMs: 5000 });
    const running = checker.prepare(site).run(startMs, new AbortController().signal);
    await clock.pass(60_000);
    expect(await running).toBeNull();
  });
});

describe("the evidence of a failure", () => {
  const broken = answering(503, { server: "nginx" });

  test("comes with its first result, not with those that repeat it, and with the recovery", async () => {
    const check = aCheck([answering(200), broken, broken, answering(500), answering(200), answering(200)], {
      options: { retries: 0 },
    });
    const seen: unknown[] = [];
    for (let slot = 0; slot < 6; slot += 1) seen.push((await check.run())?.evidence?.headers ?? null);
    expect(seen).toEqual([null, [{ name: "server", value: "nginx" }], null, [], [], null]);
  });

  test("comes again after an hour", async () => {
    const { run, clock } = aCheck([broken], { options: { retries: 0 } });
    expect((await run())?.evidence).toBeDefined();
    await clock.pass(3_600_000);
    expect((await run())?.evidence).toBeDefined();
  });

  test("holds no secret of the site that the page repeats", async () => {
    const { run } = aCheck([answering(500)], {
      options: { retries: 0, authentication: { type: "bearer", token: "here" } },
    });
    expect((await run())?.evidence?.body).toBe("[redacted]");
  });
});

describe("a monitor without uplink", () => {
  const once = { options: { retries: 0 } };

  test("marks a failure without a response as not observed", async () => {
    const { run } = aCheck([failing("connect_timeout")], { ...once, uplinkDown: true });
    expect(await run()).toMatchObject({ verdict: "down", uplinkDown: true });
  });

  test("marks nothing that has a response, and nothing while it reaches a reference address", async () => {
    expect(await aCheck([answering(503)], { ...once, uplinkDown: true }).run()).not.toHaveProperty(
      "uplinkDown",
    );
    expect(
      await aCheck([failing("connect_timeout")], { ...once, uplinkDown: false }).run(),
    ).not.toHaveProperty("uplinkDown");
  });
});

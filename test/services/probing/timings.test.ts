import type { RequestListener } from "node:http";
import { describe, expect, test } from "vitest";
import type { CheckResult } from "../../../src/contract/checks/check-result.ts";
import { check } from "./checking.ts";
import { httpServer, httpsServer, tcpServer } from "./servers.ts";

function addUp({ timings, responseTimeMs }: CheckResult): void {
  if (timings === null) throw new Error("no timings");
  const { totalMs, ...phases } = timings;
  const sum = Object.values(phases).reduce<number>((so, phase) => so + (phase ?? 0), 0);
  expect(sum).toBeCloseTo(totalMs, 6);
  expect(responseTimeMs).toBe(totalMs);
}

/**
 * How long a phase may have taken. The server runs in this process: on a busy machine some of what it waits is this
 * process's own delay, which is taken out of the times and reported beside them.
 */
function atMost(
  { timings, timingUncertaintyMs }: CheckResult,
  phase: "firstByteMs" | "downloadMs" | "totalMs",
): number {
  return (timings?.[phase] ?? 0) + (timingUncertaintyMs ?? 0);
}

const slow: RequestListener = (_request, response) => {
  setTimeout(() => {
    response.write("first");
    setTimeout(() => response.end("last"), 60);
  }, 90);
};

describe("timings", () => {
  test("tell the phases of a check, as fractions of milliseconds that add up", async () => {
    const { url, ca } = await httpsServer(slow);
    const result = await check({
      url: url.replace("127.0.0.1", "localhost"),
      options: { tls: { ca }, ipVersion: "4" },
    });
    addUp(result);
    for (const phase of Object.values(result.timings ?? {})) expect(phase).toBeGreaterThan(0);
    expect(atMost(result, "firstByteMs")).toBeGreaterThan(85);
    expect(atMost(result, "downloadMs")).toBeGreaterThan(55);
    expect(Number.isInteger(result.timings?.totalMs)).toBe(false);
  });

  test("have no phase that did not take place", async () => {
    const result = await check({ url: await httpServer((_request, response) => response.end()) });
    expect(result.timings).toMatchObject({ dnsMs: null, tlsMs: null });
    addUp(result);
  });

  test("are told of a failed check as far as it got", async () => {
    const port = await tcpServer(() => {});
    const result = await check({ url: `http://127.0.0.1:${port}/`, timeoutMs: 150 });
    expect(result.timings).toMatchObject({ firstByteMs: expect.any(Number), downloadMs: null });
    expect(atMost(result, "totalMs")).toBeGreaterThan(145);
    addUp(result);
  });

  test("are summed over redirects", async () => {
    const end = await httpServer(slow);
    const start = await httpServer((_request, response) => {
      setTimeout(() => response.writeHead(302, { location: end }).end(), 50);
    });
    const result = await check({ url: start });
    addUp(result);
    expect(atMost(result, "firstByteMs")).toBeGreaterThan(130);
  });
});

test("every check has a connection of its own", async () => {
  const ports = new Set<number | undefined>();
  const url = await httpServer((request, response) => {
    ports.add(request.socket.remotePort);
    response.setHeader("connection", "keep-alive").end();
  });
  await check({ url });
  await check({ url });
  expect(ports.size).toBe(2);
});

test("a slow answer is degraded where the site sets a limit", async () => {
  const url = await httpServer(slow);
  expect(await check({ url, options: { responseTimeBelowMs: 100 } })).toMatchObject({
    verdict: "degraded",
    error: { code: "response_slow" },
    failedExpectations: [{ expectation: "response time", expected: "below 100 ms" }],
  });
  expect(await check({ url, options: { responseTimeBelowMs: 60_000 } })).toMatchObject({ verdict: "up" });
});

// What an attempt tells of itself to a person who looks into it.
import { expect, test } from "vitest";
import type { TraceEvent } from "../../../../src/core/checking/trace.ts";
import { check } from "../checking.ts";
import { closedPort, httpServer, httpsServer } from "../servers.ts";

async function traced(site: Parameters<typeof check>[0]) {
  const events: TraceEvent[] = [];
  const result = await check(site, { trace: (_site, event) => events.push(event) });
  return { events, result, kinds: events.map(({ kind }) => kind) };
}

test("addresses, request, response and redirect are told in their order, and then the phases", async () => {
  const url = await httpServer((request, response) => {
    if (request.url === "/") response.writeHead(302, { location: "/there", "set-cookie": "id=s3cret" }).end();
    else response.end("here");
  });
  const { events, kinds } = await traced({ url });
  const exchange = ["connecting", "connected", "request", "response"];
  expect(kinds).toEqual([...exchange, "redirect", ...exchange, "ended"]);
  const where = url.slice("http://".length);
  expect(events).toContainEqual({ kind: "connected", where });
  expect(events).toContainEqual({ kind: "redirect", to: `${url}/there` });
  expect(events.at(-1)).toMatchObject({ failure: null, timings: { totalMs: expect.any(Number) } });
  expect(
    JSON.stringify(events.map((event) => (event.kind === "response" ? [...event.headers] : event))),
  ).not.toContain("s3cret");
});

test("TLS is told with its chain, also where it is not trusted", async () => {
  const { url, ca } = await httpsServer((_request, response) => response.end("here"));
  const trusted = await traced({ url, options: { tls: { ca } } });
  const secured = trusted.events.find((event) => event.kind === "secured");
  expect(secured).toMatchObject({
    version: "TLSv1.3",
    cipher: expect.stringMatching(/^TLS_/),
    refusal: null,
  });
  expect(secured?.chain.length).toBeGreaterThanOrEqual(1);
  const refused = await traced({ url });
  expect(refused.events.find((event) => event.kind === "secured")).toMatchObject({
    refusal: expect.stringMatching(/not trusted/),
  });
  expect(refused.kinds).not.toContain("request");
});

test("an address that refuses is told, and the failure is last", async () => {
  const { events } = await traced({ url: `http://127.0.0.1:${await closedPort()}/` });
  expect(events.map(({ kind }) => kind)).toEqual(["connecting", "connectFailed", "ended"]);
  expect(events.at(-1)).toMatchObject({ failure: { code: "connect_refused" } });
});

test("no secret of the site is told", async () => {
  const url = await httpServer((_request, response) => response.end("here"));
  const { events } = await traced({
    url: url.replace("://", "://user:s3cret@"),
    options: { headers: { "x-api-key": "s3cret", cookie: "s3cret" } },
  });
  expect(events.find((event) => event.kind === "request")?.headers).toContainEqual([
    "authorization",
    "[redacted]",
  ]);
  expect(JSON.stringify(events)).not.toContain("s3cret");
});

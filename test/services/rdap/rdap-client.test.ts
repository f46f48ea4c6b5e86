// When a domain's registration expires, asked of a local server that answers as in RFC 9083, section 5.3.
import { createServer, type RequestListener, type Server } from "node:http";
import { afterEach, expect, test } from "vitest";
import { askDomainExpiry } from "../../../src/services/rdap/rdap-client.ts";
import { registrableDomain } from "../../../src/services/rdap/registrable-domain.ts";

/** From the example of a domain object in RFC 9083, section 5.3. */
const ANSWER = {
  objectClassName: "domain",
  handle: "XXXX",
  ldhName: "xn--fo-5ja.example",
  unicodeName: "fóo.example",
  status: ["locked", "transfer prohibited"],
  events: [
    { eventAction: "registration", eventDate: "1990-12-31T23:59:59Z" },
    { eventAction: "last changed", eventDate: "1991-12-31T23:59:59Z", eventActor: "joe@example.com" },
    { eventAction: "transfer", eventDate: "1991-12-31T23:59:59Z", eventActor: "joe@example.com" },
    { eventAction: "expiration", eventDate: "2016-12-31T23:59:59Z", eventActor: "joe@example.com" },
  ],
};

const servers: Server[] = [];
const { signal } = new AbortController();

async function aServer(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return `http://127.0.0.1:${address.port}/rdap`;
}

function ask(server: string, domain = "example.com"): Promise<number | null> {
  return askDomainExpiry({ server, userAgent: "Sitewire/test" }, domain, signal);
}

afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

test("the expiration event of the registry's answer, by way of a redirect", async () => {
  const asked: unknown[] = [];
  const registry = await aServer((request, response) => {
    asked.push([request.url, request.headers.accept, request.headers["user-agent"]]);
    response.setHeader("content-type", "application/rdap+json").end(JSON.stringify(ANSWER));
  });
  const bootstrap = await aServer((request, response) => {
    response.writeHead(302, { location: `${registry}${request.url?.replace("/rdap", "")}` }).end();
  });
  expect(await ask(bootstrap)).toBe(Date.parse("2016-12-31T23:59:59Z"));
  expect(asked).toEqual([["/rdap/domain/example.com", "application/rdap+json", "Sitewire/test"]]);
});

test("a registry that does not tell the expiry gives none", async () => {
  const server = await aServer((_, response) => response.end(JSON.stringify({ ...ANSWER, events: [] })));
  expect(await ask(server)).toBeNull();
});

test.each([
  ["an unknown domain", (response) => response.writeHead(404).end("{}"), /answered 404/],
  ["garbage", (response) => response.end("<html>"), /JSON/],
  ["another object", (response) => response.end('{"objectClassName":"entity"}'), /domain/],
  [
    "no date",
    (response) =>
      response.end(JSON.stringify({ ...ANSWER, events: [{ eventAction: "expiration", eventDate: "soon" }] })),
    /"soon" is no date/,
  ],
  ["too large an answer", (response) => response.end(" ".repeat(300_000)), /larger than/],
] satisfies [string, (response: Parameters<RequestListener>[1]) => unknown, RegExp][])(
  "%s is an error that says so",
  async (_, answer, message) => {
    const server = await aServer((_request, response) => void answer(response));
    await expect(ask(server)).rejects.toThrow(message);
  },
);

test.each([
  ["https://www.example.co.uk/path", "example.co.uk"],
  ["https://example.org:8443/", "example.org"],
  ["http://192.0.2.1/", null],
  ["http://localhost/", null],
])("the domain registered for %s is %s", (url, domain) => {
  expect(registrableDomain(url)).toBe(domain);
});
